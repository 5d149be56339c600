import { globalAgent } from 'https';
import { selfSignedCertificate } from './certificate';
import { SigningKey, TokenIssuer } from './token-issuer';

const certificate = selfSignedCertificate();
const before = globalAgent.options.ca;

// whoever uses this trusts that certificate, and no other, for as long as its tests run
beforeAll(() => { globalAgent.options.ca = certificate.cert; });
afterAll(() => { globalAgent.options.ca = before; });

/** An issuer of tokens for a suite. */
export class Issuer extends TokenIssuer {
  public static async start(...keys: SigningKey[]): Promise<Issuer> {
    const issuer = new Issuer(certificate, keys);
    await issuer.up();
    return issuer;
  }
}
