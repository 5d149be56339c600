import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { OrderSystemProps } from '../../example-app/order-system';
import { MultiRegionPipeline, MultiRegionSystem, PipelineSource } from '../../src';
import { add, Counts, countIn } from '../support/observability-costs';
import { orderSystem } from '../support/order-system';
import { regions, templates, testApp } from '../support/synth';

/** What the bill depends on of a synthesized system. */
export interface Facts {
  readonly regions: number;
  /** What is billed by the month, in all stacks. */
  readonly counts: Counts;
  /** GB of memory, by the name that the example-app, or the library, gives a function. */
  readonly memory: Readonly<Record<string, number>>;
  /** Schedules that fire every minute, in all regions. */
  readonly schedules: number;
  /** Queues that Lambda polls, in all regions. */
  readonly polledQueues: number;
  /** The states that an order goes through when nothing fails. */
  readonly states: number;
  readonly isExpress: boolean;
  readonly hasLedger: boolean;
  /** Whether the table's stream starts the workflow as well. */
  readonly hasTableTrigger: boolean;
  readonly hasArchive: boolean;
  /** Whether the capacity of the orders' table is provisioned. */
  readonly isProvisioned: boolean;
  readonly hasAuditedTable: boolean;
  readonly isTraced: boolean;
  readonly pipeline?: PipelineFacts;
}

export interface PipelineFacts {
  readonly actions: number;
  readonly bakes: number;
  readonly bakeMinutes: number;
  readonly smallBuilds: number;
  readonly mediumBuilds: number;
}

/** Facts of the example-app, from its templates. */
export function factsOf(count: number, props: Partial<OrderSystemProps> = {}): Facts {
  const system = orderSystem(testApp(), count, props);
  const byStack = templates(system);
  const [all, region] = [Object.values(byStack), byStack[system.primaryRegion]];
  const ofType = (type: string, template: any) => Object.entries<any>(template.Resources ?? {}).filter(([, { Type }]) => Type === type);
  const inAll = (type: string) => all.flatMap(template => ofType(type, template).map(([, { Properties }]) => Properties));
  const queues = ofType('AWS::SQS::Queue', region).map(([id]) => id);
  const [[, machine]] = ofType('AWS::StepFunctions::StateMachine', region);
  return {
    regions: count,
    counts: add(all.map(countIn)),
    memory: Object.fromEntries(ofType('AWS::Lambda::Function', region).map(([id, { Properties }]) => [id.replace(/Function[0-9A-F]{8}$/, ''), (Properties.MemorySize ?? 128) / 1024])),
    schedules: inAll('AWS::Scheduler::Schedule').filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)').length,
    polledQueues: inAll('AWS::Lambda::EventSourceMapping').filter(({ EventSourceArn }) => queues.includes(EventSourceArn['Fn::GetAtt']?.[0])).length,
    states: happyPath(JSON.parse(machine.Properties.DefinitionString)).length,
    isExpress: machine.Properties.StateMachineType === 'EXPRESS',
    hasLedger: inAll('AWS::DynamoDB::GlobalTable').some(({ TableName }) => /-Ledger-/.test(TableName)),
    hasTableTrigger: ofType('AWS::Pipes::Pipe', region).some(([, { Properties }]) => queues.includes(Properties.Target['Fn::GetAtt'][0])),
    hasArchive: inAll('AWS::Events::Archive').length > 0,
    isProvisioned: inAll('AWS::DynamoDB::GlobalTable').some(({ TableName, BillingMode }) => /-OrdersTable$/.test(TableName) && BillingMode === 'PROVISIONED'),
    hasAuditedTable: inAll('AWS::CloudTrail::Trail').some(trail => /OrdersTable/.test(JSON.stringify(trail))),
    isTraced: inAll('AWS::ApiGateway::Stage').some(({ TracingEnabled }) => TracingEnabled),
    pipeline: pipelineFacts(count),
  };
}

/** The states from the first to the last one, if nothing fails. */
export function happyPath(definition: any): string[] {
  const path = [];
  for (let name = definition.StartAt; name; name = definition.States[name].Next) path.push(name);
  return path;
}

/** Facts of a pipeline as example-app/pipeline.ts has it, without the standby pipeline, which runs only when its region has to. */
function pipelineFacts(count: number): PipelineFacts {
  const region = regions(count).primaryRegion;
  const stack = new Stack(testApp(), 'OrdersPipeline', { env: { region } });
  const connectionArn = `arn:aws:codeconnections:${region}:111122223333:connection/00000000-0000-0000-0000-000000000000`;
  new MultiRegionPipeline(stack, 'Pipeline', {
    source: PipelineSource.gitHub('example-org/order-service', { connectionArn }),
    stages: [{ system: new MultiRegionSystem(new App({ autoSynth: false }), 'Orders', regions(count)), approval: true }],
  });
  const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
  const { Stages } = resources.find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline').Properties;
  const actions = Stages.flatMap((stage: any) => stage.Actions).filter(({ ActionTypeId }: any) => ActionTypeId.Category !== 'Approval');
  const bakes = actions.filter(({ Name }: any) => Name === 'Bake');
  const builds = actions.filter(({ ActionTypeId }: any) => ActionTypeId.Provider === 'CodeBuild');
  const medium = builds.filter(({ ActionTypeId }: any) => ActionTypeId.Category === 'Build' && ActionTypeId.Provider === 'CodeBuild')
    .filter(({ Name }: any) => Name === 'Build');
  return {
    actions: actions.length,
    bakes: bakes.length,
    bakeMinutes: bakes.length > 0 ? JSON.parse(bakes[0].Configuration.UserParameters).minutes : 0,
    smallBuilds: builds.length - medium.length,
    mediumBuilds: medium.length,
  };
}
