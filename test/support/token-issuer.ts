import { createHmac, generateKeyPairSync, JsonWebKey, KeyObject, sign } from 'crypto';
import { createServer, Server } from 'https';
import { AddressInfo } from 'net';

export const base64url = (value: string | Buffer | object): string =>
  Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

export type Algorithm = 'RS256' | 'RS512' | 'ES256' | 'ES384' | 'EdDSA';

/** A signing key of an issuer. */
export class SigningKey {
  public readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  constructor(public readonly kid: string, public readonly alg: Algorithm = 'RS256') {
    const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519')
      : alg.startsWith('RS') ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: alg === 'ES256' ? 'P-256' : 'P-384' });
    this.publicKey = pair.publicKey;
    this.privateKey = pair.privateKey;
  }

  public get jwk(): JsonWebKey {
    return { ...this.publicKey.export({ format: 'jwk' }), kid: this.kid, alg: this.alg, use: 'sig' };
  }

  public token(claims: object, header: object = {}): string {
    return this.tokenOf(JSON.stringify(claims), header);
  }

  /** Returns a token with a payload that is written already. */
  public tokenOf(payload: string, header: object = {}): string {
    const signed = `${base64url({ typ: 'JWT', alg: this.alg, kid: this.kid, ...header })}.${base64url(payload)}`;
    const hash = this.alg === 'EdDSA' ? null : `sha${this.alg.slice(2)}`;
    return `${signed}.${base64url(sign(hash, Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }))}`;
  }
}

/** Returns a token that is "signed" with a secret that everybody knows: the public key. */
export function tokenSignedWithPublicKey(key: SigningKey, claims: object): string {
  const signed = `${base64url({ typ: 'JWT', alg: 'HS256', kid: key.kid })}.${base64url(claims)}`;
  return `${signed}.${base64url(createHmac('sha256', key.publicKey.export({ type: 'spki', format: 'pem' })).update(signed).digest())}`;
}

/** An issuer of tokens that publishes its keys over HTTPS on loopback, and counts who asks. */
export class TokenIssuer {
  public fetches = 0;
  /** The answer instead of its keys, or `hang`. */
  public instead?: { status: number; body: string } | 'hang';
  private server?: Server;
  private port = 0;

  constructor(private readonly certificate: { readonly key: string; readonly cert: string }, public keys: SigningKey[]) {}

  public get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  public get jwksUri(): string {
    return `${this.url}/.well-known/jwks.json`;
  }

  public async up(): Promise<void> {
    this.server = createServer(this.certificate, (_, response) => {
      this.fetches++;
      if (this.instead === 'hang') return;
      response.writeHead(this.instead?.status ?? 200, { 'content-type': 'application/json' });
      response.end(this.instead?.body ?? JSON.stringify({ keys: this.keys.map(key => key.jwk) }));
    });
    await new Promise<void>(resolve => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Takes it away: connections are refused. */
  public async down(): Promise<void> {
    this.server!.closeAllConnections();
    await new Promise(resolve => this.server!.close(resolve));
  }
}
