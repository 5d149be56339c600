/** Environment variables of the JWT authorizer: set by the construct, read by the handler. */
export const JWT_ISSUER = 'JWT_ISSUER';
/** A JSON list of strings. */
export const JWT_AUDIENCE = 'JWT_AUDIENCE';
/** A `JwtTokenUse`. */
export const JWT_TOKEN_USE = 'JWT_TOKEN_USE';
export const JWKS_URI = 'JWKS_URI';
/** A JSON object from routes, such as `GET /orders/{id}`, to lists of scopes. */
export const ROUTE_SCOPES = 'ROUTE_SCOPES';

/** The `message` of the authorizer's log lines: a caller's fault, and ours or the issuer's. */
export const REFUSED = 'refused';
export const KEYS_UNAVAILABLE = 'keys unavailable';
