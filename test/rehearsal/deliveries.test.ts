/** The second app that is rehearsed: another shape than the example's, whose own checks it passes. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { DeliverySystem, DeliverySystemProps, Fault } from './deliveries/delivery-system';
import { ComplianceMode } from '../../src';
import { resources, templates, testApp } from '../support/synth';

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];

function deliveries(props: Partial<DeliverySystemProps> = {}): DeliverySystem {
  return new DeliverySystem(testApp(), 'Deliveries', {
    primaryRegion: REGIONS[0],
    secondaryRegions: REGIONS.slice(1),
    compliance: ComplianceMode.STRICT,
    domain: { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com', domainName: 'deliveries.example.com' },
    ...props,
  });
}

/** The environment of a function of the app, in the primary region. */
function environmentOf(all: ReturnType<typeof templates>, name: string): Record<string, string> {
  const found = resources(all[REGIONS[0]], 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName === `Deliveries-${name}`);
  expect(found).toHaveLength(1);
  return found[0].Properties.Environment.Variables;
}

describe('the deliveries', () => {
  test('have no finding of any pack', () => {
    const system = deliveries();
    const packs = [new AwsSolutionsChecks(), new ServerlessChecks(), new NIST80053R5Checks(), new HIPAASecurityChecks(), new PCIDSS321Checks()];
    expect(packs.flatMap(pack => pack.validateScope(system.node.root).violations)).toEqual([]);
  });

  test('are of another shape than the example: three regions, a queue, a workflow of the CDK, a handler in Python', () => {
    const all = templates(deliveries());
    expect(Object.keys(all)).toHaveLength(1 + 2 * REGIONS.length);
    for (const region of REGIONS) {
      expect(resources(all[region], 'AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName)).toContain('Deliveries-Reports');
      expect(resources(all[region], 'AWS::StepFunctions::StateMachine').map(({ Properties }) => JSON.stringify(Properties.DefinitionString))).toEqual([expect.stringContaining('dynamodb:putItem')]);
      expect(resources(all[region], 'AWS::Lambda::Function').map(({ Properties }) => Properties.Runtime)).toContain('python3.14');
    }
  });

  test('ask the issuer, unless they are told of another, and make no mistake, unless they are told to', () => {
    const settings = (props?: Partial<DeliverySystemProps>) => {
      const all = templates(deliveries(props));
      return [JSON.stringify(environmentOf(all, 'Api-JwtAuthorizer')), environmentOf(all, 'Report').FAULT];
    };
    expect(settings()).toEqual([expect.stringContaining('https://login.example.com/.well-known/jwks.json'), '']);
    const jwksUri = 'https://127.0.0.1:4433/keys.json';
    expect(settings({ jwksUri, fault: Fault.DROPPED_WRITES })).toEqual([expect.stringContaining(jwksUri), Fault.DROPPED_WRITES]);
  });

  test.each(Object.values(Fault))('can make the mistake %s, of which their handlers know', fault => {
    const folder = join(__dirname, 'deliveries/handlers');
    const handlers = readdirSync(folder).filter(file => file.endsWith('.ts')).map(file => readFileSync(join(folder, file), 'utf8'));
    expect(handlers.filter(text => text.includes(`process.env.FAULT === '${fault}'`))).toHaveLength(1);
  });
});
