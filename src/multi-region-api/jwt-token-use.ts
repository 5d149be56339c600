/** The kinds of tokens that `ApiAuthorization.jwt` accepts. */
export enum JwtTokenUse {
  /** Access tokens: what an issuer gives a client to call an API with. */
  ACCESS = 'access',

  /** ID tokens: what an issuer tells a client about a user. Their audience is the client, and they have no scopes. */
  ID = 'id',
}
