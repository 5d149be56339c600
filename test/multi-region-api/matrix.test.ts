/** Every combination of domain, authorization and routing, for 1, 2, 3 and 10 regions, is clean under cdk-nag and keeps to its own region. */
import { Continent, GeoLocation } from 'aws-cdk-lib/aws-route53';
import { ApiAuthorization, ApiRouting, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { expectNoFindings } from '../support/findings';
import { DOMAIN } from '../support/order-system';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, REGIONS, regions, testApp } from '../support/synth';

const AUTHORIZATIONS: Record<string, (all: string[], fn: MultiRegionFunction) => ApiAuthorization> = {
  jwt: () => ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['orders'] }),
  iam: () => ApiAuthorization.iam(),
  cognito: all => ApiAuthorization.cognito({
    userPoolArns: Object.fromEntries(all.map(region => [region, [`arn:aws:cognito-idp:${region}:111122223333:userpool/${region}_abc`]])),
  }),
  custom: (_, fn) => ApiAuthorization.custom(fn),
  none: () => ApiAuthorization.none({ reason: 'anyone may read the catalog' }),
};

const ROUTINGS: Record<string, (all: string[]) => ApiRouting> = {
  latency: () => ApiRouting.latency(),
  weighted: all => ApiRouting.weighted(Object.fromEntries(all.map((region, i) => [region, i === 0 ? 10 : 0]))),
  failover: () => ApiRouting.failover(),
  geolocation: all => ApiRouting.geolocation({ [all[all.length - 1]]: [GeoLocation.continent(Continent.EUROPE), GeoLocation.country('US')] }, all[0]),
};

const EXTERNAL = 'records that others make';
const certificates = (all: string[]) => Object.fromEntries(all.map(region => [region, `arn:aws:acm:${region}:111122223333:certificate/12345678`]));

const KINDS = ['no domain', EXTERNAL, ...Object.keys(ROUTINGS)];

const CASES = [1, 2, 3, 10].flatMap(count => Object.keys(AUTHORIZATIONS).flatMap((authorization, i) => (
  // more regions take long, and differ from two in nothing but their number: there, each routing with one authorization, and another one in ten than in three
  KINDS.filter((_, j) => count < 3 || (j + count) % Object.keys(AUTHORIZATIONS).length === i).map(routing => ({ count, authorization, routing }))
)));

const NAMES = 'MultiRegionApi in $count regions, with $authorization authorization and $routing';

function build({ count, authorization, routing }: typeof CASES[number]): MultiRegionSystem {
  const system = new MultiRegionSystem(testApp(), 'Shop', regions(count));
  const all = REGIONS.slice(0, count);
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  const api = new MultiRegionApi(system, 'Api', {
    authorization: AUTHORIZATIONS[authorization](all, fn),
    ...(routing in ROUTINGS && { domain: DOMAIN, routing: ROUTINGS[routing](all) }),
    ...(routing === EXTERNAL && { domain: { domainName: DOMAIN.domainName, externalDns: true, certificateArns: certificates(all) } }),
    cors: { allowOrigins: ['https://shop.example.com'] },
  });
  api.addRoute(HttpMethod.GET, '/orders/{id}', fn, ['jwt', 'cognito'].includes(authorization) ? { scopes: ['orders:read'] } : {});
  api.addRoute(HttpMethod.POST, '/orders', fn, { requestSchema: { type: 'object' } });
  return system;
}

test.each(CASES)(`${NAMES}, has no finding, and refers to nothing of another stack`, options => {
  const system = build(options);
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});
