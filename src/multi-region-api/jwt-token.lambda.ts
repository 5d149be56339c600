import { decomposeUnverifiedJwt, DecomposedJwt } from 'aws-jwt-verify/jwt';
import { Refusal } from './jwt-decision';

/**
 * Takes a token apart. Nothing of it is verified yet.
 *
 * aws-jwt-verify takes no token whose `scope` is a list, as some issuers have it. So it gets such a token without the claim, and its checks of all others hold. The signature is of the text as it
 * came, and is verified over that.
 */
export function decompose(token: string): DecomposedJwt {
  const [headerB64, payloadB64, signatureB64] = token.split('.');
  const scope = listOfScopes(payloadB64);
  const parts = decomposeUnverifiedJwt(scope === undefined ? token : [headerB64, withoutScope(payloadB64), signatureB64].join('.'));
  requireNoExtension(parts.header);
  return scope === undefined ? parts : { ...parts, payload: Object.assign(parts.payload, { scope }), payloadB64 };
}

/**
 * Refuses extensions of JWS, of which none is known here. One that is critical must not be ignored, and tokens with an unencoded payload are no JWTs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11
 * @see https://www.rfc-editor.org/rfc/rfc7797#section-7
 */
function requireNoExtension(header: DecomposedJwt['header']): void {
  if (header.crit !== undefined || (header.b64 !== undefined && header.b64 !== true)) throw new Refusal('extension');
}

/** Returns the `scope` of a payload, if it is a list. What is no JSON is for the library to refuse. */
function listOfScopes(payloadB64: string): unknown[] | undefined {
  try {
    const { scope } = parse(payloadB64);
    return Array.isArray(scope) ? scope : undefined;
  } catch {
    return undefined;
  }
}

function withoutScope(payloadB64: string): string {
  const { scope, ...others } = parse(payloadB64);
  return Buffer.from(JSON.stringify(others)).toString('base64url');
}

const parse = (base64url: string) => JSON.parse(Buffer.from(base64url, 'base64url').toString());
