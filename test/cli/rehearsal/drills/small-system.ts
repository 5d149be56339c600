/** A system of two local regions that is deployed in seconds: a table, a bus with an archive, a consumer, and a function that reads. */
import { join, resolve } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { HOSTED_ZONE } from '../../../../cli/rehearsal/dns/hosted-zone';
import { WALL_CLOCK } from '../../../../cli/rehearsal/lag/clock';
import { pythonFolder } from '../../../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../../cli/rehearsal/machine/python';
import { RunFolder } from '../../../../cli/rehearsal/machine/run-folder';
import { virtualEnvironment } from '../../../../cli/rehearsal/machine/virtual-environment';
import { authorizationFor } from '../../../../cli/rehearsal/regions/authorization';
import { clientOf, LocalRegion, REQUIREMENTS, startLocalRegions } from '../../../../cli/rehearsal/regions/local-region';
import { RunningRegion } from '../../../../cli/rehearsal/regions/running-region';
import { SystemDescription } from '../../../../cli/system/system-description';
import { deployedStacks } from '../../../support/deployed-stacks';

const NAMES = ['ap-southeast-2', 'us-west-2'];
const PATIENCE_MS = 20_000;

const SMALL_SYSTEM = {
  name: 'Shop',
  regions: NAMES,
  controlTable: 'control',
  apis: [{
    path: 'Shop/Api',
    routes: [{ method: 'GET', path: '/orders', function: 'read', authorization: 'NONE' }],
    regionalNames: {},
    apiName: 'api',
    stageName: 'prod',
    healthPath: '/health',
    healthFunction: 'read',
  }],
  tables: [{ path: 'Shop/Table', name: 'orders', partitionKey: 'pk', isStrong: false, publishesChanges: false }],
  buses: [{ path: 'Shop/Bus', name: 'shop', isReplicated: true, archive: 'shop', subscriptions: [] }],
  workflows: [],
  functions: [
    { path: 'Shop/Read', name: 'read', alias: 'live', isLibrary: false },
    { path: 'Shop/Consume', name: 'consume', alias: 'live', isLibrary: false },
  ],
  deadLetters: [{ path: 'Shop/DeadLetters', queue: 'dead', redriveQueue: 'again' }],
  queues: [],
  durations: { environment: {}, schedules: [] },
} as unknown as SystemDescription;

/** What the consumer does with an order: as often as it comes, or once. */
const CONSUMER = `
  const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
  exports.handler = async ({ detail: { order, isCounted } }) => new DynamoDBClient({}).send(new UpdateItemCommand({
    TableName: 'orders',
    Key: { pk: { S: order } },
    UpdateExpression: isCounted ? 'ADD seen :one' : 'SET seen = :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }));
`;
const READER = `
  const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
  exports.handler = async () => (await new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'orders', Key: { pk: { S: 'any' } } }))).Item ?? 'none';
`;

export class SmallSystem {
  public static async start(workspace: string): Promise<SmallSystem> {
    const processes = new Processes(workspace);
    try {
      return await SmallSystem.startWith(processes, workspace);
    } catch (error) {
      await processes.stopAll();
      throw error;
    }
  }

  private static async startWith(processes: Processes, workspace: string): Promise<SmallSystem> {
    const folder = RunFolder.create(join(workspace, 'regions'));
    const python = await virtualEnvironment({
      python: await findPython(), requirementsFile: REQUIREMENTS, folder: pythonFolder(), logFile: folder.log('pip'), processes,
    });
    const { signal } = new AbortController();
    const locals = await startLocalRegions({
      names: NAMES, python, hostedZones: [HOSTED_ZONE], replicationLag: 0.1, timeScale: 10, processes, folder, signal,
    });
    const startedAt = { performance: performance.now(), wall: Date.now() };
    const regions = locals.map(local => new RunningRegion({
      local: () => local, system: SMALL_SYSTEM, entrance: { host: `${local.name}.example.com`, basePath: '' }, clock: WALL_CLOCK, signal, startedAt,
    }));
    const system = new SmallSystem(regions, locals, processes);
    await Promise.all(locals.map(async local => system.deploy(local, 'regional', regional(local.name))));
    await system.deploy(locals[0], 'global', { ...globalTable('orders'), ...globalTable('control') });
    await Promise.all(locals.map(async local => new LambdaClient(clientOf(local)).send(new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'read', Qualifier: 'live', MaximumRetryAttempts: 0,
    }))));
    return system;
  }

  public readonly description = SMALL_SYSTEM;

  private constructor(public readonly regions: RunningRegion[], private readonly locals: LocalRegion[], private readonly processes: Processes) {}

  public async stop(): Promise<void> {
    await this.processes.stopAll();
  }

  /** Has the consumer of a region handle an order. */
  public async order(i: number, order: string, isCounted = false): Promise<void> {
    const entry = { EventBusName: 'shop', Source: 'shop', DetailType: 'Ordered', Detail: JSON.stringify({ order, isCounted }) };
    const { FailedEntryCount } = await new EventBridgeClient(clientOf(this.locals[i])).send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) throw new Error('the order was not published');
    await this.until(async () => (await this.seen(i)).includes(order), `${order} in ${NAMES[i]}`);
  }

  /** The orders that a region knows. */
  public async seen(i: number): Promise<unknown[]> {
    return (await this.regions[i].items('orders')).map(({ pk }) => pk);
  }

  /** Invokes the function that reads; returns its error, if there is one. */
  public async read(i: number): Promise<string | undefined> {
    const { FunctionError, Payload } = await new LambdaClient({ ...clientOf(this.locals[i]), maxAttempts: 1 }).send(new InvokeCommand({
      FunctionName: 'read', Qualifier: 'live', Payload: '{}',
    }));
    return FunctionError === undefined ? undefined : Buffer.from(Payload!).toString();
  }

  public async until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!await isSo()) {
      if (Date.now() > deadline) throw new Error(`it has not come to this: ${what}`);
      await sleep(50);
    }
  }

  private async deploy(local: LocalRegion, stack: string, resources: object): Promise<void> {
    const { name, endpoint } = local;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: authorizationFor('cloudformation', name),
      body: new URLSearchParams({
        'Action': 'CreateStack',
        'Version': '2010-05-15',
        'StackName': stack,
        'TemplateBody': JSON.stringify({ Resources: resources }),
        'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await this.until(async () => {
      const { status } = (await deployedStacks(local))[stack];
      if (/FAILED|ROLLBACK/.test(status)) throw new Error(`${stack} in ${name} is ${status}`);
      return status === 'CREATE_COMPLETE';
    }, `${stack} in ${name}`);
  }
}

function globalTable(name: string): object {
  return {
    [`Table${name}`]: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: name,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Replicas: NAMES.map(Region => ({ Region })),
      },
    },
  };
}

function regional(region: string): object {
  const attribute = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });
  const lambda = (id: string, code: string, action: string) => ({
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: `${id}-role`,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{
          PolicyName: 'table',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: [action, 'dynamodb:Scan'], Resource: `arn:aws:dynamodb:${region}:000000000000:table/orders` }],
          },
        }],
      },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: id,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 10,
        Role: attribute(`${id}Role`),
        Code: { ZipFile: code },
        Environment: { Variables: { NODE_PATH: resolve('node_modules') } },
      },
    },
    [`${id}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: id } } },
    [`${id}Alias`]: {
      Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: id }, Name: 'live', FunctionVersion: attribute(`${id}Version`, 'Version') },
    },
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: `${id}Alias` }, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', SourceArn: attribute('rule') },
    },
  });
  return {
    bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
    archive: { Type: 'AWS::Events::Archive', Properties: { ArchiveName: 'shop', SourceArn: attribute('bus') } },
    ...lambda('read', READER, 'dynamodb:GetItem'),
    ...lambda('consume', CONSUMER, 'dynamodb:UpdateItem'),
    rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventBusName: { Ref: 'bus' }, EventPattern: { source: ['shop'] }, Targets: [{ Id: 'consume', Arn: { Ref: 'consumeAlias' } }] },
    },
    dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    again: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'again', RedrivePolicy: { deadLetterTargetArn: attribute('dead'), maxReceiveCount: 1 } } },
  };
}
