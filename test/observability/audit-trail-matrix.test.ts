/** Every combination of what an AuditTrail records and keeps, for 1, 2 and 10 regions, is clean under cdk-nag. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { InsightType, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuditTrail, GlobalTable, MultiRegionSystem } from '../../src';
import { expectNoFindings } from '../support/findings';
import { expectOwnReferencesOnly } from '../support/references';
import { regions, testApp } from '../support/synth';

const CASES = [1, 2, 10].flatMap(count => [undefined, '111122223333'].flatMap(account => [false, true].flatMap(logs => [false, true].flatMap(tellOfChanges =>
  (['management', 'data', 'both', 'elsewhere'] as const).map(records => ({ count, account: account ?? 'unresolved', logs, tellOfChanges, records, props: { ...regions(count), account } }))))))
  .filter(({ count, logs, tellOfChanges, records }) => count < 10 || (logs && tellOfChanges && records === 'both'))
  // a region that is alone differs in nothing but the number
  .filter(({ count, account }) => count > 1 || account === 'unresolved')
  .filter(({ records, logs, tellOfChanges }) => records !== 'elsewhere' || (logs && tellOfChanges));

function build({ props, logs, tellOfChanges, records }: Omit<typeof CASES[number], 'count' | 'account'>, app: App): MultiRegionSystem {
  const system = new MultiRegionSystem(app, 'Orders', props);
  const table = new GlobalTable(system, 'OrdersTable', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  if (records === 'elsewhere') {
    AuditTrail.fromTrailArn(system, 'AuditTrail', 'arn:aws:cloudtrail:us-east-1:999988887777:trail/organization');
  } else {
    new AuditTrail(system, 'AuditTrail', {
      managementEvents: records === 'data' ? ReadWriteType.NONE : undefined,
      dataEvents: records === 'management' ? undefined : [table],
      insightTypes: records === 'both' ? [InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE] : undefined,
      cloudWatchLogsRetention: logs ? RetentionDays.ONE_YEAR : undefined,
      tellOfChanges,
    });
  }
  return system;
}

test.each(CASES)('AuditTrail of $records in $count regions, account $account, log group $logs, tells of changes $tellOfChanges, has no finding', options => {
  const system = build(options, testApp());
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});

describe('AuditTrail', () => {
  const { CDK_VALIDATION, JSII_DEPRECATED } = process.env;
  afterEach(() => { Object.assign(process.env, { CDK_VALIDATION, JSII_DEPRECATED }); });

  test('passes the CDK\'s own template validation, without a warning, and uses nothing that is deprecated', () => {
    Object.assign(process.env, { CDK_VALIDATION: 'true', JSII_DEPRECATED: 'fail' });
    const app = testApp();
    build({ props: { ...regions(2), account: undefined }, logs: true, tellOfChanges: true, records: 'both' }, app);
    const assembly = app.synth();
    expect(JSON.parse(readFileSync(join(assembly.directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    expect(assembly.stacksRecursively.flatMap(({ messages }) => messages.map(({ entry }) => entry.data))).toEqual([]);
  });
});
