import { authorizationFor } from './authorization';
import { LocalRegion } from './local-region';
import { ApiDescription } from '../../system/system-description';
import { HOST } from '../machine/free-ports';

/** The entrance of an API: the name that it is asked for, and what every path begins with. */
export interface ApiEntrance {
  readonly host: string;
  readonly basePath: string;
}

/**
 * Returns the entrance that always leads to one region's API: its own name, or, without a domain, the default endpoint, whose name holds an id that the deployment made.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
 */
export async function entranceOf(api: ApiDescription, { name, endpoint }: Pick<LocalRegion, 'name' | 'endpoint'>): Promise<ApiEntrance> {
  const own = api.regionalNames[name];
  if (own !== undefined) return { host: own, basePath: '' };
  const answer = await fetch(`${endpoint}/restapis?limit=500`, {
    headers: authorizationFor('apigateway', name),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`API Gateway in ${name} does not list its APIs: ${await answer.text()}`);
  const { item = [] } = await answer.json() as { item?: { id: string; name: string }[] };
  const [found, ...others] = item.filter(each => each.name === api.apiName);
  if (found === undefined || others.length > 0) throw new Error(`expected one API ${api.apiName} in ${name}, found ${others.length + (found ? 1 : 0)}`);
  return { host: `${found.id}.execute-api.${HOST}`, basePath: `/${api.stageName}` };
}
