import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { HOSTED_ZONE } from '../../../../cli/rehearsal/dns/hosted-zone';
import { pythonFolder } from '../../../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../../cli/rehearsal/machine/python';
import { RunFolder } from '../../../../cli/rehearsal/machine/run-folder';
import { virtualEnvironment } from '../../../../cli/rehearsal/machine/virtual-environment';
import { authorizationFor } from '../../../../cli/rehearsal/regions/authorization';
import {
  clientOf, killRegion, LocalRegion, REQUIREMENTS, setServiceFaults, skippedIn, startAgain, startLocalRegions, vitalsOf,
} from '../../../../cli/rehearsal/regions/local-region';
import { deployedStacks } from '../../../support/deployed-stacks';

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('a local region', () => {
  const { signal } = new AbortController();
  let folder: string;
  let processes: Processes;
  let region: LocalRegion;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'killed-region-'));
    processes = new Processes(folder);
    const run = RunFolder.create(folder);
    const python = await virtualEnvironment({
      python: await findPython(), requirementsFile: REQUIREMENTS, folder: pythonFolder(), logFile: run.log('pip'), processes,
    });
    [region] = await startLocalRegions({
      names: ['us-west-2'], python, hostedZones: [HOSTED_ZONE], replicationLag: 0.1, timeScale: 1, processes, folder: run, signal,
    });
  }, 300_000);
  afterAll(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  });

  test('has all that it acknowledged after it was killed and started again at the same address', async () => {
    const client = new DynamoDBClient(clientOf(region));
    await client.send(new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }));
    await client.send(new PutItemCommand({ TableName: 'orders', Item: { pk: { S: 'order-1' } } }));
    const before = region;
    await killRegion(before);
    expect(before.process.isRunning()).toBe(false);
    await expect(vitalsOf(before)).rejects.toThrow();
    region = await startAgain(before, signal);
    expect([region.endpoint, region.process.pid === before.process.pid]).toEqual([before.endpoint, false]);
    expect(await client.send(new GetItemCommand({ TableName: 'orders', Key: { pk: { S: 'order-1' } } }))).toMatchObject({ Item: { pk: { S: 'order-1' } } });
  }, 60_000);

  test('has no faults for the rehearsal, which the clients of an app have', async () => {
    await setServiceFaults(region, [{ service: 'dynamodb', how: 'throttled' }]);
    const { customUserAgent, ...others } = clientOf(region);
    expect((await new DynamoDBClient({ ...others, customUserAgent }).send(new ListTablesCommand())).TableNames).toBeDefined();
    await expect(new DynamoDBClient({ ...others, maxAttempts: 1 }).send(new ListTablesCommand())).rejects.toThrow('Rate exceeded');
    await setServiceFaults(region, []);
    expect((await new DynamoDBClient(others).send(new ListTablesCommand())).TableNames).toBeDefined();
  });

  test('names what it skips, and tells its vitals', async () => {
    const TemplateBody = JSON.stringify({ Resources: { Cluster: { Type: 'AWS::Nowhere::Cluster' } } });
    const answer = await fetch(region.endpoint, {
      method: 'POST',
      headers: authorizationFor('cloudformation', 'us-west-2'),
      // it is answered when the stack has settled
      body: new URLSearchParams({ Action: 'CreateStack', Version: '2010-05-15', StackName: 'unknown', TemplateBody }),
    });
    expect([answer.status, (await deployedStacks(region)).unknown.status]).toEqual([200, 'CREATE_COMPLETE']);
    expect(await skippedIn(region)).toEqual([
      { type: 'AWS::Nowhere::Cluster', logicalId: 'Cluster', stack: 'unknown', reason: 'the emulator has no such type' },
    ]);
    expect(await vitalsOf(region)).toEqual({ replication: {}, openWorkflows: 0, endedWorkflows: 0, takeovers: 0, deadLetters: 0, alarms: [] });
  }, 60_000);
});
