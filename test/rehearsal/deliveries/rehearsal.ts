import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { AUDIENCE, ISSUER, SCOPE } from './token';
import { selfSignedCertificate } from '../../support/certificate';
import { SigningKey, TokenIssuer } from '../../support/token-issuer';
import { Checker, defineWorkload, Operation } from 'cdk-multi-region/rehearsal';

const DEPOTS = ['north', 'south', 'harbour'];

const key = new SigningKey('couriers', 'ES256');

const tokenOf = (courier: string) => {
  const now = Math.floor(Date.now() / 1000);
  return key.token({ iss: ISSUER, aud: AUDIENCE, sub: courier, scope: SCOPE, iat: now, exp: now + 600 });
};

const report = (parcel: string, depot: string): Operation => ({ kind: 'report parcel', action: 'write', key: parcel, value: { parcel, depot } });

const find = (parcel: string): Operation => ({ kind: 'find parcel', action: 'read', key: parcel });

/** A region may not know yet what was reported in another one. */
const lookFor = (parcel: string): Operation => ({ kind: 'look for parcel', action: 'read', key: parcel });

/** Every region shows every parcel, each once. */
const shownOnce: Checker = {
  name: 'every region shows a parcel once',
  check: ({ tables, regions }) => {
    const replicas = Object.values(tables).find(table => Object.values(table).flat().some(({ kind }) => kind === 'report')) ?? {};
    const wrong = regions.flatMap(region => {
      const items = replicas[region] ?? [];
      const times = new Map(items.filter(({ kind }) => kind === `tracked#${region}`).map(item => [item.parcel, item.times]));
      return items.filter(({ kind, parcel }) => kind === 'report' && times.get(parcel) !== 1).map(({ parcel }) => `${parcel} in ${region}: ${times.get(parcel) ?? 0} times`);
    });
    return { valid: wrong.length === 0, summary: wrong.length === 0 ? 'all are' : `${wrong.length} are not`, details: wrong.slice(0, 10) };
  },
};

export default defineWorkload({
  // An issuer whose certificate and keys are of this run. The authorizer verifies tokens as on AWS: only where the keys are is context of the app, as its hosted zone is.
  prepare: async () => {
    const certificate = selfSignedCertificate();
    const issuer = new TokenIssuer(certificate, [key]);
    await issuer.up();
    const folder = mkdtempSync(join(tmpdir(), 'issuer-'));
    const file = join(folder, 'certificate.pem');
    writeFileSync(file, certificate.cert);
    return {
      context: { jwksUri: issuer.jwksUri },
      environment: { NODE_EXTRA_CA_CERTS: file },
      undo: async () => {
        await issuer.down();
        rmSync(folder, { recursive: true });
      },
    };
  },

  // Two of three requests report a parcel
  generator: ({ customer, number, acknowledged, random }) => {
    const chosen = (all: readonly string[]) => all[Math.floor(random() * all.length)];
    return number % 3 === 2 && acknowledged.length > 0 ? lookFor(chosen(acknowledged)) : report(`${customer}-${number}`, chosen(DEPOTS));
  },

  client: async ({ kind, action, key: parcel, value }, { request }) => {
    const headers = { authorization: `Bearer ${tokenOf('courier')}` };
    const { status, body } = action === 'write'
      ? await request('POST', '/parcels', { body: value, headers })
      : await request('GET', `/parcels/${parcel}`, { headers });
    if (status === 200 || status === 201 || (status === 404 && kind === 'look for parcel')) return { type: 'ok', value: body };
    return { type: action === 'write' && status >= 500 ? 'unknown' : 'fail', told: `${status}` };
  },

  readBack: ({ key: parcel }) => find(parcel),
  checkers: [shownOnce],
  rate: 2,

  // A parcel in a container of which nobody knows, until somebody reports it
  poison: {
    operation: customer => report(`${customer}-inside`, `container-${customer}`),
    cure: customer => report(`container-${customer}`, DEPOTS[0]),
  },
});
