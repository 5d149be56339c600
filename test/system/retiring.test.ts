import { App, Aws } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GeoLocation } from 'aws-cdk-lib/aws-route53';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import {
  ApiAuthorization, ApiRouting, ArchitectureDiagram, ComplianceMode, GlobalEventBus, GlobalTable, MultiRegionApi, MultiRegionDashboard,
  MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, MultiRegionSystemProps, SystemUnit, TableConsistency,
} from '../../src';
import { DOMAIN } from '../support/order-system';
import { expectOwnReferencesOnly } from '../support/references';
import { allTemplates, CODE, expectPropError, REGIONS, resources, testApp, testSystem } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

const [PRIMARY, RETIRING, OTHER] = REGIONS;
const RETIRE = { retiringRegions: [RETIRING] };

/** A system with each construct, a unit whose constructs and the system's use each other, and a dashboard. */
function systemOf(props: Partial<MultiRegionSystemProps>): MultiRegionSystem {
  const { system, table, bus, fn } = wholeSystem(3, props);
  const unit = new SystemUnit(system, 'Billing');
  bus.subscribe('ToUnit', { eventPattern: { source: ['shop'] }, target: new MultiRegionQueue(unit, 'Invoices') });
  const own = new GlobalEventBus(unit, 'Bus');
  own.subscribe('ToSystem', { eventPattern: { source: ['billing'] }, target: fn });
  table.publishChangesTo(bus, { detailType: 'Changed' });
  new MultiRegionDashboard(system, 'Dashboard');
  return system;
}

/** The resources of a template by their logical ids, but for dashboards, which show all regions. */
function withoutDashboards(template: any = {}): Record<string, any> {
  return Object.fromEntries(Object.entries<any>(template.Resources ?? {}).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Dashboard'));
}

/** What depends on all regions, those that retire included: the time that a round of takeovers takes, and the buses that a region's may send to. */
const OF_ALL_REGIONS = /Unresolved|ReplicationRole/;

function ofAllRegions(template: any): Record<string, any> {
  return Object.fromEntries(Object.entries(withoutDashboards(template)).filter(([id]) => OF_ALL_REGIONS.test(id)));
}

function withoutThat(template: any): Record<string, any> {
  return Object.fromEntries(Object.entries(withoutDashboards(template)).filter(([id]) => !OF_ALL_REGIONS.test(id)));
}

const isMesh = (stack: string) => stack.endsWith('-mesh');
const isIn = (region: string) => (stack: string) => stack.includes(region);

describe('a region that retires, in a system of three,', () => {
  const system = systemOf(RETIRE);
  const before = allTemplates(systemOf({}));
  const after = allTemplates(system);
  const without = allTemplates(systemOf({ secondaryRegions: [OTHER] }));
  const meshOfPeers = Object.keys(after).filter(stack => isMesh(stack) && !isIn(RETIRING)(stack));
  const ownMesh = Object.keys(after).filter(stack => isMesh(stack) && isIn(RETIRING)(stack));

  test('keeps its stacks, and so do its peers', () => {
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    expect(meshOfPeers).toHaveLength(4);
    expect(ownMesh).toHaveLength(2);
  });

  test('changes no regional stack, neither its own nor another', () => {
    const regional = Object.keys(after).filter(stack => !isMesh(stack) && stack !== 'Shop-global');
    expect(regional).toHaveLength(6);
    for (const stack of regional) expect([stack, after[stack]]).toEqual([stack, before[stack]]);
  });

  test('is in nothing that its peers have in their mesh stacks, but in dashboards and in what their buses may send to', () => {
    for (const stack of meshOfPeers) {
      const naming = Object.entries(withoutThat(after[stack])).filter(([, resource]) => JSON.stringify(resource).includes(RETIRING));
      expect([stack, naming.map(([id]) => id)]).toEqual([stack, []]);
      expect(JSON.stringify(before[stack])).toContain(RETIRING);
    }
  });

  test('leaves its peers with the mesh that they have without it, but for the time that a round of takeovers takes and what their buses may send to', () => {
    for (const stack of meshOfPeers) {
      expect([stack, withoutThat(after[stack])]).toEqual([stack, withoutThat(without[stack])]);
      expect([stack, ofAllRegions(after[stack])]).toEqual([stack, ofAllRegions(before[stack])]);
    }
  });

  // CloudFormation changes a role before the rules that have it, and what a rule may not send is a dead letter at once
  test('is sent nothing that its peers may no longer send, at any moment of the deployment', () => {
    for (const stack of meshOfPeers) {
      const sentTo = resources(before[stack], 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets).filter(({ RoleArn }: any) => RoleArn)
        .map(({ Arn }: any) => JSON.stringify(Arn));
      const roles = JSON.stringify(resources(after[stack], 'AWS::IAM::Role'));
      expect(sentTo.some((arn: string) => arn.includes(RETIRING))).toBe(true);
      expect([stack, sentTo.filter((arn: string) => !roles.includes(arn))]).toEqual([stack, []]);
    }
  });

  test('has no clients sent to it: no health, no records', () => {
    for (const stack of ownMesh) {
      expect(resources(after[stack], 'AWS::Route53::RecordSet')).toEqual([]);
      expect(resources(after[stack], 'AWS::Route53::HealthCheck')).toEqual([]);
    }
    expect(resources(after[`Shop-${RETIRING}`], 'AWS::Route53::RecordSet').length).toBeGreaterThan(0);
  });

  test('sends and watches what it did before, and loses from its mesh nothing but what leads to it, alarms on that, and heartbeats', () => {
    for (const stack of ownMesh) {
      const [had, has] = [before[stack], after[stack]].map(withoutDashboards);
      for (const [id, resource] of Object.entries(has)) expect([id, resource]).toEqual([id, had[id]]);
      const lost = Object.keys(had).filter(id => !(id in has));
      expect(lost.filter(id => !/RecordSet|HealthCheck/.test(had[id].Type) && !/Canary|ProbesMissing|EvacuationInForce/.test(id))).toEqual([]);
      const rules = resources(after[stack], 'AWS::Events::Rule').map(({ Properties }) => Properties.Name);
      expect(rules).toEqual(expect.arrayContaining(['replication-0', `redrive-${PRIMARY}`, `redrive-${OTHER}`]));
      expect(rules.filter(name => name.startsWith('heartbeats'))).toEqual([]);
      const [replication] = resources(after[stack], 'AWS::Events::Rule').filter(({ Properties }) => Properties.Name === 'replication-0');
      expect(replication.Properties.Targets.map(({ Id }: any) => Id)).toEqual([PRIMARY, OTHER]);
    }
    const watched = resources(after[`Shop-${RETIRING}-mesh`], 'AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties.MetricName === 'ReplicationLatency');
    expect(watched).toHaveLength(3 * 2);
  });

  test('has replicas without deletion protection, and nothing else of any table changes', () => {
    const expected = JSON.parse(JSON.stringify(before['Shop-global']));
    const tables = resources(expected, 'AWS::DynamoDB::GlobalTable');
    // the user's, the control table, the ledger
    expect(tables).toHaveLength(3);
    for (const { Properties } of tables) {
      for (const replica of Properties.Replicas) {
        expect(replica.DeletionProtectionEnabled).toBe(true);
        if (replica.Region === RETIRING) replica.DeletionProtectionEnabled = false;
      }
    }
    expect(after['Shop-global']).toEqual(expected);
  });

  test('adds no reference between stacks', () => {
    expectOwnReferencesOnly(system);
  });

  // the CDK CLI destroys a stack with all that depend on it
  test('has no stack that one of its peers waits for, and its own mesh stacks wait for all regions', () => {
    const { stacks } = (system.node.root as App).synth();
    const awaited = (name: string): string[] => stacks.find(({ stackName }) => stackName === name)!.dependencies
      .flatMap(({ id }) => stacks.filter(stack => stack.id === id).map(({ stackName }) => stackName)).flatMap(each => [each, ...awaited(each)]);
    const names = stacks.map(({ stackName }) => stackName);
    for (const stack of names.filter(name => !isIn(RETIRING)(name))) expect([stack, awaited(stack).filter(isIn(RETIRING))]).toEqual([stack, []]);
    for (const stack of ownMesh) expect([...new Set(awaited(stack))].sort()).toEqual(names.filter(name => !isMesh(name)).sort());
  });

  // else an execution that its state machine's deletion fails would be recorded as ended, and no peer would start it again
  test('deletes what records the end of executions before the state machine', () => {
    const { Resources } = after[`Shop-${RETIRING}`];
    const entries = Object.entries<any>(Resources);
    const idOf = (type: string, prefix: string) => entries.find(([id, { Type }]) => Type === type && id.startsWith(prefix))![0];
    const needs = (id: string, other: string) => expect(JSON.stringify(Resources[id])).toMatch(new RegExp(`"(${other})"`));
    const [machine, alias] = [idOf('AWS::StepFunctions::StateMachine', 'Workflow'), idOf('AWS::StepFunctions::StateMachineAlias', 'Workflow')];
    const version = idOf('AWS::StepFunctions::StateMachineVersion', 'Workflow');
    const [ended] = entries.find(([, { Type, Properties }]) => Type === 'AWS::Events::Rule' && JSON.stringify(Properties).includes('Execution Status Change'))!;
    needs(ended, machine);
    needs(version, machine);
    needs(alias, version);
    const [sweeper] = entries.find(([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && /Sweeper/.test(JSON.stringify(Properties)))!;
    needs(sweeper, alias);
  });

  test('is still in the architecture, where its events go to its peers, and none come', () => {
    const text = ArchitectureDiagram.fromAssembly((system.node.root as App).synth().directory).toMermaid();
    const busOf = (region: string) => `${region.replace(/-/g, '_')}_EventBridge`;
    expect(text.split('\n').map(line => line.trim())).toEqual(expect.arrayContaining([
      `${busOf(RETIRING)} --> ${busOf(PRIMARY)}`, `${busOf(RETIRING)} --> ${busOf(OTHER)}`, `${busOf(OTHER)} <--> ${busOf(PRIMARY)}`,
    ]));
  });
});

describe('all secondary regions may retire: then', () => {
  const all = { retiringRegions: [OTHER, RETIRING] };

  test('the primary has the mesh of a region that is alone, and each other sends to it only', () => {
    const system = systemOf(all);
    const after = allTemplates(system);
    const alone = allTemplates(systemOf({ secondaryRegions: [] }));
    for (const stack of [`Shop-${PRIMARY}-mesh`, `Shop-Billing-${PRIMARY}-mesh`]) {
      expect([stack, withoutDashboards(after[stack])]).toEqual([stack, withoutDashboards(alone[stack])]);
    }
    for (const region of all.retiringRegions) {
      const [rule] = resources(after[`Shop-${region}-mesh`], 'AWS::Events::Rule').filter(({ Properties }) => Properties.Name === 'replication-0');
      expect(rule.Properties.Targets.map(({ Id }: any) => Id)).toEqual([PRIMARY]);
    }
    expectOwnReferencesOnly(system);
  });

  // the CDK CLI deletes a deployed stack that has no resources any more, and knows nothing of one that is not in the app
  test('a mesh stack that has nothing left in it is in the app, so that what was deployed of it is deleted', () => {
    const stacks = (props: Partial<MultiRegionSystemProps>) => {
      const system = testSystem(2, props);
      new GlobalEventBus(new SystemUnit(system, 'Billing'), 'Bus');
      return Object.entries(allTemplates(system)).filter(([stack]) => stack === `Orders-Billing-${PRIMARY}-mesh`).map(([, { Resources = {} }]) => Object.keys(Resources).length);
    };
    expect(stacks({})).toEqual([expect.any(Number)]);
    expect(stacks({})).not.toEqual([0]);
    expect(stacks(RETIRE)).toEqual([0]);
    expect(stacks({ secondaryRegions: [] })).toEqual([]);
  });

  test('a table warns that its replicas leave one a deployment', () => {
    const warnings = (props: Partial<MultiRegionSystemProps>) => {
      const system = testSystem(3, props);
      new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
      new MultiRegionFunction(system, 'Handler', { codePath: CODE });
      return (system.node.root as App).synth().stacks.flatMap(stack => stack.messages.map(({ entry }) => String(entry.data))).filter(text => /loses one replica/.test(text));
    };
    expect(warnings(RETIRE)).toEqual([]);
    expect(warnings(all)).toEqual([expect.stringMatching(/^a global table loses one replica a deployment: take eu-west-1, us-west-2 out of secondaryRegions of Orders one after the other.*oneReplicaLeavesPerDeployment/)]);
  });
});

test('The peers of a region that retires have fewer replication rules, and the metrics of those that they have', () => {
  const rulesAndMetrics = (count: number, props: Partial<MultiRegionSystemProps>) => {
    const system = testSystem(count, props);
    const bus = new GlobalEventBus(system, 'Bus');
    const used = (bus.metricInvocations(PRIMARY) as any).usingMetrics ?? {};
    const rules = resources(allTemplates(system)[`Orders-${PRIMARY}-mesh`], 'AWS::Events::Rule').filter(({ Properties }) => Properties.Name.startsWith('replication-'));
    return [rules.length, Math.max(1, Object.keys(used).length)];
  };
  expect(rulesAndMetrics(7, {})).toEqual([2, 2]);
  expect(rulesAndMetrics(7, RETIRE)).toEqual([1, 1]);
});

test('A system with a region that retires is strictly compliant', () => {
  const system = systemOf({ ...RETIRE, compliance: ComplianceMode.STRICT });
  const findings = [AwsSolutionsChecks, ServerlessChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks]
    .flatMap(Pack => new Pack().validateScope(system.node.root).violations).map(({ ruleName }) => ruleName);
  expect(findings).toEqual([]);
});

describe('retiringRegions', () => {
  test('has none by default, and lists the regions as they are given', () => {
    expect(testSystem(3).retiringRegions).toEqual([]);
    const system = testSystem(3, RETIRE);
    expect(system.retiringRegions).toEqual([RETIRING]);
    expect(system.regions).toEqual([PRIMARY, RETIRING, OTHER]);
    expect(system.peersOf(PRIMARY)).toEqual([RETIRING, OTHER]);
  });

  test.each<[string, unknown, string, string, string]>([
    ['an unknown region', ['mars-north-1'], 'retiringRegions[0]', '"mars-north-1"', 'eu-west-1'],
    ['an unresolved token', [Aws.REGION], 'retiringRegions[0]', 'an unresolved token', 'the literal name of an AWS region'],
    ['the primary region', [RETIRING, PRIMARY], 'retiringRegions[1]', `"${PRIMARY}"`, 'a secondary region'],
    ['a region that the system does not have', ['us-east-1'], 'retiringRegions[0]', '"us-east-1"', `regions of secondaryRegions (${RETIRING}, ${OTHER}), which a region stays in until its stacks are deleted`],
    ['a region named twice', [RETIRING, RETIRING], 'retiringRegions[1]', `"${RETIRING}"`, 'each region once'],
    ['no list', RETIRING, 'retiringRegions', `"${RETIRING}"`, 'a list of secondary regions'],
  ])('throws on %s', (_, retiringRegions, prop, value, allowed) => {
    expectPropError(() => testSystem(3, { retiringRegions: retiringRegions as string[] }), prop, value, allowed, 'Orders');
  });

  test('throws on any region of a system without secondary ones', () => {
    expectPropError(() => testSystem(1, RETIRE), 'retiringRegions[0]', `"${RETIRING}"`, 'secondaryRegions (there is none)', 'Orders');
  });

  test.each([[['us-east-1', 'us-east-2'], undefined], [['us-east-1'], 'us-east-2']])('throws if there is a strongly consistent table in %j, with the witness %s', (others, witnessRegion) => {
    const system = new MultiRegionSystem(testApp(), 'Orders', { primaryRegion: 'us-west-2', secondaryRegions: others, retiringRegions: ['us-east-1'] });
    const make = () => new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING }, consistency: TableConsistency.STRONG, witnessRegion });
    expectPropError(make, 'consistency', '"STRONG while us-east-1 is retiring"', 'EVENTUAL', 'Orders/Table');
  });

  describe('with routing', () => {
    const apiWith = (routing: ApiRouting) => {
      const system = testSystem(3, RETIRE);
      new MultiRegionApi(system, 'Api', { domain: DOMAIN, routing, authorization: ApiAuthorization.iam() });
      return Object.entries(allTemplates(system)).filter(([stack]) => isMesh(stack))
        .flatMap(([stack, template]) => resources(template, 'AWS::Route53::RecordSet').map(({ Properties }) => `${stack.replace(/Orders-|-mesh/g, '')} ${Properties.Name} ${Properties.SetIdentifier} ${Properties.Type}`))
        .filter(record => record.endsWith(' A')).sort();
    };
    const shared = (region: string, setIdentifier = region) => `${region} orders.example.com ${setIdentifier} A`;
    const nearest = (region: string) => `${region} nearest.orders.example.com ${region} A`;

    test.each<[string, ApiRouting]>([
      ['latency', ApiRouting.latency()], ['failover', ApiRouting.failover()], ['weighted', ApiRouting.weighted({ [PRIMARY]: 0, [RETIRING]: 5, [OTHER]: 5 })],
    ])('by %s, has records of all regions but the one that retires', (_, routing) => {
      expect(apiWith(routing)).toEqual([shared(PRIMARY), shared(OTHER)].sort());
    });

    test('by geolocation, sends clients of its locations to the nearest of the others', () => {
      const locations = { [RETIRING]: [GeoLocation.country('US')], [OTHER]: [GeoLocation.country('DE')] };
      expect(apiWith(ApiRouting.geolocation(locations, PRIMARY))).toEqual([nearest(PRIMARY), nearest(OTHER), shared(OTHER, `${OTHER}-DE`), shared(PRIMARY, 'Default')].sort());
    });

    test('by geolocation, throws if it has the default record', () => {
      expectPropError(() => apiWith(ApiRouting.geolocation({ [PRIMARY]: [GeoLocation.country('AU')] }, RETIRING)),
        'routing: defaultRegion', `"${RETIRING}"`, `a region that is not in retiringRegions: ${PRIMARY}, ${OTHER}`, 'Orders/Api');
    });

    test('by weights, throws if no other region has one', () => {
      expectPropError(() => apiWith(ApiRouting.weighted({ [PRIMARY]: 0, [RETIRING]: 1, [OTHER]: 0 })),
        'routing: weighted', `"${RETIRING}":1`, `other than those of retiringRegions (${RETIRING})`, 'Orders/Api');
    });
  });
});
