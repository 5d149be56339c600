import type { APIGatewayAuthorizerEvent, APIGatewayAuthorizerResult } from 'aws-lambda';

/** Decides on callers by a token, or by the header of a session: `guest` is nobody, `banned` is somebody who may not. */
export async function handler(event: APIGatewayAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const who = event.type === 'TOKEN' ? event.authorizationToken.replace('Bearer ', '') : event.headers?.['X-Session'] ?? event.headers?.['x-session'] ?? 'guest';
  if (who === 'guest') throw new Error('Unauthorized');
  // arn:aws:execute-api:region:account:api/stage/method/path: a decision that is kept is for every path of the route
  const [api, stage] = event.methodArn.split('/');
  return {
    principalId: who,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: who === 'banned' ? 'Deny' : 'Allow', Resource: `${api}/${stage}/*` }],
    },
  };
}
