/** Every combination of options, for 1, 2, 3 and 10 regions, is clean under cdk-nag and keeps to its own region. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, Billing, Capacity, TableClass } from 'aws-cdk-lib/aws-dynamodb';
import { GlobalEventBus, GlobalTable, GlobalTableProps, IGlobalTable, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, TableChange, TableConsistency } from '../../src';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, REGIONS, templates, testApp } from '../support/synth';

const STRONG = ['us-west-2', 'us-east-1', 'us-east-2'];
const string = (name: string) => ({ name, type: AttributeType.STRING });

const USES: Record<string, (table: IGlobalTable, system: MultiRegionSystem, fn: MultiRegionFunction) => void> = {
  'no reader': () => {},
  'an outbox': (table, system) => table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'ItemChanged' }),
  'an enriched outbox': (table, system, fn) => table.publishChangesTo(new GlobalEventBus(system, 'Bus'), {
    detailType: 'ItemChanged', changes: [TableChange.INSERT], enrichment: fn, itemFilter: { sk: ['order'] },
  }),
  'conflict detection': (table, system) => table.detectConflicts({ losingImages: new MultiRegionQueue(system, 'Lost'), versionAttribute: 'version' }),
  'both': (table, system) => {
    table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'ItemChanged' });
    table.detectConflicts();
  },
};

const KINDS = ['plain', 'full', 'imported', 'strong'];

const CASES = [1, 2, 3, 10].flatMap(count => KINDS.flatMap(kind => Object.keys(USES).flatMap(use => ['unresolved', '111122223333'].map(account => ({ count, kind, use, account })))))
  .filter(({ count, kind, use }) => kind !== 'strong' || ((count === 2 || count === 3) && !['conflict detection', 'both'].includes(use)))
  // only what reads streams has the account in a finding
  .filter(({ count, use, account }) => account === 'unresolved' || (count === 2 && ['an outbox', 'conflict detection'].includes(use)))
  // more regions take long, and differ from two in nothing but their number, unless they are strongly consistent
  .filter(({ count, kind, use }) => count < 3 || kind === 'strong' || use === 'both');

function propsOf(kind: string, keys: Record<string, string>, count: number): GlobalTableProps {
  const partitionKey = string('pk');
  const capacity = Capacity.autoscaled({ maxCapacity: 10 });
  switch (kind) {
    case 'full': return {
      partitionKey,
      sortKey: string('sk'),
      globalSecondaryIndexes: [{ indexName: 'byCustomer', partitionKey: string('customer') }],
      localSecondaryIndexes: [{ indexName: 'byDate', sortKey: string('date') }],
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.provisioned({ readCapacity: capacity, writeCapacity: capacity }),
      tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
      contributorInsightsSpecification: { enabled: true },
      recoveryPeriod: Duration.days(7),
      tags: { team: 'orders' },
      encryptionKeyArns: keys,
    };
    case 'strong': return { partitionKey, consistency: TableConsistency.STRONG, witnessRegion: count === 2 ? STRONG[2] : undefined };
    default: return { partitionKey };
  }
}

function build({ count, kind, account, use }: typeof CASES[number]): MultiRegionSystem {
  const [primaryRegion, ...secondaryRegions] = (kind === 'strong' ? STRONG : REGIONS).slice(0, count);
  const system = new MultiRegionSystem(testApp(), 'Shop', { primaryRegion, secondaryRegions, account: account === 'unresolved' ? undefined : account });
  const keys = Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
  const table = kind === 'imported'
    ? GlobalTable.fromTableAttributes(system, 'Items', { tableName: 'their-table', globalIndexes: ['byCustomer'], encryptionKeyArns: keys, alarms: true })
    : new GlobalTable(system, 'Items', propsOf(kind, keys, count));
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  table.grantReadData(fn);
  table.grantWriteData(fn);
  table.grantReadWriteData(fn);
  USES[use](table, system, fn);
  return system;
}

test.each(CASES)('GlobalTable ($kind) in $count regions, account $account, with $use, has no finding, and refers to nothing of another stack', options => {
  const system = build(options);
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});

test('GlobalTable with both readers names a peer nowhere but in the alarms on replication', () => {
  const system = build({ count: 3, kind: 'full', account: 'unresolved', use: 'both' });
  const all = templates(system);
  for (const region of system.regions) {
    for (const [id, resource] of Object.entries<any>(all[region].Resources)) {
      const peers = system.peersOf(region).filter(peer => JSON.stringify(resource).includes(peer));
      if (peers.length > 0) expect(id).toMatch(/^Bus|^ItemsReplicationLatency/);
    }
  }
});

test.each(['plain', 'full'])('GlobalTable (%s) with both readers passes the CDK\'s own template validation', kind => {
  const { CDK_VALIDATION } = process.env;
  process.env.CDK_VALIDATION = 'true';
  try {
    const system = build({ count: 2, kind, account: 'unresolved', use: 'both' });
    const { directory } = (system.node.root as ReturnType<typeof testApp>).synth();
    expect(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  } finally {
    process.env.CDK_VALIDATION = CDK_VALIDATION;
  }
});
