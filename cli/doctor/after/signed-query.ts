import { createHash, createHmac } from 'crypto';

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request to the Query API of a service that has no client here. */
export interface QueryRequest {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface SignedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

/**
 * Signs a GET by Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedQuery({ service, region, host, parameters }: QueryRequest, signer: Signer, now: Date): SignedRequest {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const query = Object.entries(parameters).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&');
  const headers: Record<string, string> = {
    'content-type': CONTENT_TYPE,
    host,
    'x-amz-date': time,
    ...signer.sessionToken !== undefined && { 'x-amz-security-token': signer.sessionToken },
  };
  const names = Object.keys(headers).sort();
  const canonical = ['GET', '/', query, ...names.map(name => `${name}:${headers[name]}`), '', names.join(';'), hashOf('')].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>((secret, part) => keyed(secret, part).digest(), `AWS4${signer.secretAccessKey}`);
  const signature = keyed(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), hashOf(canonical)].join('\n')).digest('hex');
  return {
    path: `/?${query}`,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    },
  };
}

const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8');

const hashOf = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** More than `encodeURIComponent` leaves as it is. */
const encoded = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
