import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CloudAssembly } from '../../cli/system/cloud-assembly';
import { MultiRegionSystem, MultiRegionSystemProps } from '../../src';
import { MultiRegionPipeline, MultiRegionPipelineProps, PipelineSource, PipelineStageProps } from '../../src/multi-region-pipeline';
import { Deployed } from '../local-pipeline/runner';
import { regions, resources, testApp } from '../support/synth';

export const HOME = 'ap-southeast-2';
export const connectionIn = (region: string) => `arn:aws:codeconnections:${region}:111122223333:connection/1b2c3d4e`;
export const GITHUB = PipelineSource.gitHub('example-org/order-service', { connectionArn: connectionIn(HOME), standbyConnectionArn: connectionIn('us-west-2') });

export interface Options {
  readonly count?: number;
  readonly system?: Partial<MultiRegionSystemProps>;
  /** The account of the pipeline's stack. */
  readonly account?: string;
  readonly stage?: Partial<PipelineStageProps>;
  readonly withTopic?: boolean;
  readonly app?: App;
}

/** A system as the pipeline needs it: without content, in an app that is never synthesized. */
export function skeleton(id = 'Orders', count = 2, props: Partial<MultiRegionSystemProps> = {}): MultiRegionSystem {
  return new MultiRegionSystem(new App({ autoSynth: false }), id, { ...regions(count), ...props });
}

export function build(options: Options = {}, props: Partial<MultiRegionPipelineProps> = {}) {
  const app = options.app ?? testApp();
  const system = options.stage?.system ?? skeleton('Orders', options.count, options.system);
  const stack = new Stack(app, 'Deployment', { env: { region: HOME, account: options.account } });
  const pipeline = new MultiRegionPipeline(stack, 'Pipeline', {
    source: GITHUB,
    stages: [{ ...options.stage, system }],
    notificationTopic: options.withTopic ? Topic.fromTopicArn(stack, 'Alarms', `arn:aws:sns:${HOME}:111122223333:Orders-alarms`) : undefined,
    ...props,
  });
  return { app, system, stack, pipeline };
}

/** A pipeline as it is synthesized, for the runner. */
export function synthesized(...options: Parameters<typeof build>): Deployed {
  const { app, stack } = build(...options);
  const { directory } = app.synth();
  return { template: CloudAssembly.read(directory).stacks.find(({ stackName }) => stackName === stack.stackName)!.template, assembly: directory };
}

/** The properties of the one pipeline in a stack. */
export function pipelineIn(stack: Stack): any {
  const [pipeline, ...more] = resources(Template.fromStack(stack), 'AWS::CodePipeline::Pipeline');
  expect(more).toEqual([]);
  return pipeline.Properties;
}

export function stageOf(stack: Stack, name: string): any {
  return pipelineIn(stack).Stages.find((stage: any) => stage.Name === name);
}

/** The stages in order, but for the gates in front of those that deploy. */
export const names = (stack: Stack): string[] => pipelineIn(stack).Stages.map((stage: any) => stage.Name).filter((name: string) => !name.endsWith('-gate'));

/** What an action of a stage asks a function. */
export function questionOf(stack: Stack, stage: string, action: 'Gate' | 'Bake'): any {
  const { Configuration, ActionTypeId } = stageOf(stack, stage).Actions.find(({ Name }: any) => Name === action);
  expect(ActionTypeId).toEqual({ Category: 'Invoke', Owner: 'AWS', Provider: 'Lambda', Version: '1' });
  return JSON.parse(Configuration.UserParameters);
}

/** The function of a system that an action invokes. */
export function askedBy(stack: Stack, action: 'Gate' | 'Bake'): any {
  const description = action === 'Gate' ? /^answers whether/ : /^watches regions/;
  return resources(Template.fromStack(stack), 'AWS::Lambda::Function').find(({ Properties }) => description.test(Properties.Description))!.Properties;
}

/** The rules of a stage's conditions, in order. */
export const rulesOf = (conditions: any): any[] => (conditions?.Conditions ?? []).flatMap((condition: any) => condition.Rules);

/** A value of a template, with what is only known on deployment in angle brackets. */
export function text(value: any): string {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value ?? {};
  if (ref) return `<${ref}>`;
  if (attribute) return `<${attribute.join('.')}>`;
  if (join) return join[1].map(text).join(join[0]);
  return JSON.stringify(value);
}
