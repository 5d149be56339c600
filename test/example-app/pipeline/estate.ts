/** A team's AWS: a local region for each of its regions, its pipeline, and customers whose requests make alarms turn. */
import { mkdirSync } from 'fs';
import { delimiter, join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Team } from './team';
import { Deployment } from '../../../cli/rehearsal/deployment/deployment';
import { DURATIONS_BY_SUFFIX } from '../../../cli/rehearsal/deployment/durations';
import { HOSTED_ZONE } from '../../../cli/rehearsal/dns/hosted-zone';
import { pythonFolder } from '../../../cli/rehearsal/machine/cache-folder';
import { withoutAws } from '../../../cli/rehearsal/machine/environment';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../cli/rehearsal/machine/python';
import { RunFolder } from '../../../cli/rehearsal/machine/run-folder';
import { virtualEnvironment } from '../../../cli/rehearsal/machine/virtual-environment';
import { clientOf, LocalRegion, REQUIREMENTS, setDeploymentFaults, startLocalRegions } from '../../../cli/rehearsal/regions/local-region';
import { ScaledClock } from '../../local-pipeline/clock';
import { Deployed, PipelineRunner } from '../../local-pipeline/runner';
import { awsCli } from '../../support/aws-cli/aws-cli';
import { deployedStacks } from '../../support/deployed-stacks';

export const PIPELINE_REGION = 'ap-southeast-2';

/** By how much everything that waits is faster than on AWS. */
const SCALE = 40;
const PATIENCE_MS = 60_000;

export class Estate {
  public static async start(workspace: string, names: string[]): Promise<Estate> {
    const processes = new Processes(workspace);
    const folder = RunFolder.create(join(workspace, 'regions'));
    const python = await virtualEnvironment({
      python: await findPython(), requirementsFile: REQUIREMENTS, folder: pythonFolder(), logFile: folder.log('pip'), processes,
    });
    const tools = await awsCli(join(workspace, 'tools'), processes);
    const ending = new AbortController();
    const regions = await startLocalRegions({
      names,
      python,
      hostedZones: [HOSTED_ZONE],
      replicationLag: 0.1,
      timeScale: SCALE,
      durations: DURATIONS_BY_SUFFIX,
      processes,
      folder,
      signal: ending.signal,
    });
    const deployment = new Deployment(workspace, folder, processes);
    await Promise.all(regions.map(async region => deployment.bootstrap(region)));
    return new Estate(workspace, regions, processes, tools, ending);
  }

  public readonly team: Team;
  /** What the customers in a region do that makes versions fail, by region. */
  public readonly failing = new Map<string, string[]>();
  public pipeline!: PipelineRunner;
  public client!: CodePipelineClient;
  /** The regions that answer, for the pipeline. */
  private readonly answering: Map<string, string>;
  private readonly pipelines: PipelineRunner[] = [];
  private readonly customers: Promise<void>[];

  private constructor(
    private readonly workspace: string,
    private readonly regions: LocalRegion[],
    private readonly processes: Processes,
    private readonly tools: string,
    private readonly ending: AbortController,
  ) {
    this.team = new Team(join(workspace, 'checkout'));
    this.answering = new Map(regions.map(({ name, endpoint }) => [name, endpoint]));
    this.customers = regions.map(async region => this.serveCustomers(region));
  }

  /** Deploys a pipeline, by hand. */
  public async deployPipeline(deployed: Deployed, isNew: boolean): Promise<void> {
    const folder = join(this.workspace, `executions-${this.pipelines.length + 1}`);
    mkdirSync(folder);
    this.pipeline = await PipelineRunner.start({
      ...deployed,
      isNew,
      folder,
      checkout: this.team.checkout,
      processes: this.processes,
      region: PIPELINE_REGION,
      regions: this.answering,
      clock: new ScaledClock({ scale: SCALE }),
      environment: () => ({
        CDK_HOME: join(this.workspace, 'cdk-home'),
        PATH: [this.tools, withoutAws().PATH].join(delimiter),
        npm_config_offline: 'true',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
      }),
    });
    this.pipelines.push(this.pipeline);
    this.client = new CodePipelineClient(this.pipeline.client);
  }

  /** Lets a resource of a region's stack fail whenever it is made, or nothing any more. */
  public async breakStack(region: string, ...resources: string[]): Promise<void> {
    await setDeploymentFaults(this.region(region), resources.map(resource => ({ stack: `Orders-${region}`, resource })));
  }

  /** A region that does not answer the pipeline any more. Its customers are not those of this test. */
  public lose(region: string): void {
    this.answering.delete(region);
  }

  public regain(region: string): void {
    this.answering.set(region, this.region(region).endpoint);
  }

  /** Evacuates a region, as the runbook does: by a write in another one. */
  public async evacuate(region: string, by: string): Promise<void> {
    await this.dynamodb(by).send(new PutItemCommand({ TableName: 'Orders-Control-Table', Item: { pk: { S: `evacuation#${region}` }, by: { S: 'an operator' }, at: { S: new Date().toISOString() }, reason: { S: 'a scenario' } } }));
  }

  public async readmit(region: string, by: string): Promise<void> {
    await this.dynamodb(by).send(new DeleteItemCommand({ TableName: 'Orders-Control-Table', Key: { pk: { S: `evacuation#${region}` } } }));
  }

  /** Waits until the region's own alarm is in a state. */
  public async untilAlarm(region: string, state: string): Promise<void> {
    await this.until(`the alarm of ${region} is in ${state}`, async () => (await this.alarm(region)) === state);
  }

  public async alarm(region: string): Promise<string | undefined> {
    const { CompositeAlarms = [] } = await new CloudWatchClient(clientOf(this.region(region))).send(new DescribeAlarmsCommand({
      AlarmNames: [`Orders-${region}-unhealthy`], AlarmTypes: ['CompositeAlarm'],
    }));
    return CompositeAlarms[0]?.StateValue;
  }

  /** The version that customers of a region get, if there is one. */
  public async version(region: string): Promise<string | undefined> {
    return this.invoke(this.region(region), {}).catch(() => undefined);
  }

  /** The versions of regions, in order. */
  public async versions(...regions: string[]): Promise<(string | undefined)[]> {
    return Promise.all(regions.map(async region => this.version(region)));
  }

  /** The names of a region's stacks, all of which are well. */
  public async stacks(region: string): Promise<string[]> {
    return Object.entries(await deployedStacks(this.region(region))).map(([name, { status }]) => {
      if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) throw new Error(`${name} is in ${status}`);
      return name;
    });
  }

  /** Those of some regions that send their events to another one. */
  public async sendersTo(region: string, from: string[]): Promise<string[]> {
    const TargetArn = `arn:aws:events:${region}:000000000000:event-bus/Orders-Bus`;
    const rules = await Promise.all(from.map(async name => new EventBridgeClient(clientOf(this.region(name))).send(new ListRuleNamesByTargetCommand({
      TargetArn, EventBusName: 'Orders-Bus',
    }))));
    return from.filter((_, i) => rules[i].RuleNames!.length > 0);
  }

  /** Destroys the stacks of a region by the CDK CLI, with the app as it was built last. */
  public async destroyRegion(region: string, builtIn: string): Promise<void> {
    const folder = RunFolder.create(join(this.workspace, `destroyed-${region}`));
    await new Deployment(builtIn, folder, this.processes, join(builtIn, 'cdk.out')).destroy(`Orders/**/${region}*`, this.region(region));
  }

  public async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.customers);
    await Promise.all(this.pipelines.map(async pipeline => pipeline.stop()));
    await this.processes.stopAll();
  }

  private async serveCustomers(region: LocalRegion): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.invoke(region, { failing: this.failing.get(region.name) }).catch(() => undefined);
      await sleep(150);
    }
  }

  private async invoke(region: LocalRegion, payload: object): Promise<string> {
    const { FunctionError, Payload } = await new LambdaClient({ ...clientOf(region), maxAttempts: 1 }).send(new InvokeCommand({
      FunctionName: 'Orders-Serve', Qualifier: 'live', Payload: JSON.stringify(payload),
    }));
    if (FunctionError) throw new Error(FunctionError);
    return JSON.parse(Buffer.from(Payload!).toString());
  }

  private async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!await isSo()) {
      if (Date.now() > deadline) throw new Error(`it has not come to this: ${what}`);
      await sleep(100);
    }
  }

  private dynamodb(region: string): DynamoDBClient {
    return new DynamoDBClient(clientOf(this.region(region)));
  }

  private region(name: string): LocalRegion {
    return this.regions.find(region => region.name === name)!;
  }
}
