import { Claims, Refusal } from './jwt-decision';
import { JwtTokenUse } from './jwt-token-use';

/** The use that a token states; `other` is one that nobody can ask for. */
type Told = JwtTokenUse | 'other';

/** The header of a token, whose signature is verified. */
interface Header {
  readonly [name: string]: unknown;
}

/**
 * The accepted values of the header `typ`, which are media types without `application/`. `JWT` and `JOSE` are the form of a token and state no use.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-2.1
 */
const USE_OF_TYPE: ReadonlyMap<unknown, Told | undefined> = new Map<unknown, Told | undefined>([['jwt', undefined], ['jose', undefined], ['at+jwt', JwtTokenUse.ACCESS]]);

/**
 * The values of the claim `typ` that Keycloak sets. No other value counts, as the claim is Keycloak's own.
 *
 * @see https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java
 */
const USE_OF_KEYCLOAK_TYPE: ReadonlyMap<unknown, Told> = new Map<unknown, Told>([
  ['bearer', JwtTokenUse.ACCESS], ['dpop', JwtTokenUse.ACCESS], ['id', JwtTokenUse.ID],
  ['serialized-id', 'other'], ['refresh', 'other'], ['offline', 'other'], ['logout', 'other'],
]);

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * Throws if a token states another use than the one that is asked for. Many state none, and pass.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3.12
 */
export function requireUse(use: JwtTokenUse, header: Header, claims: Claims): void {
  if (usesTold(header, claims).some(told => told !== use)) throw new Refusal('token type');
}

function usesTold({ typ }: Header, claims: Claims): Told[] {
  const told = [
    useOfType(typ),
    useOfClaim(claims.token_use),
    USE_OF_KEYCLOAK_TYPE.get(lowerCase(claims.typ)),
    // the hash of an access token, or of a code, is in the ID token that comes with it
    claims.at_hash !== undefined || claims.c_hash !== undefined ? JwtTokenUse.ID : undefined,
    isObject(claims.events) && Object.hasOwn(claims.events, LOGOUT_EVENT) ? 'other' : undefined,
  ];
  return told.filter((use): use is Told => use !== undefined);
}

function useOfType(typ: unknown): Told | undefined {
  if (typ === undefined) return undefined;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;
  return USE_OF_TYPE.has(type) ? USE_OF_TYPE.get(type) : 'other';
}

/** Returns the use by the claim `token_use`, which is Cognito's. */
function useOfClaim(use: unknown): Told | undefined {
  if (use === undefined) return undefined;
  return Object.values(JwtTokenUse).find(one => one === use) ?? 'other';
}

const lowerCase = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
