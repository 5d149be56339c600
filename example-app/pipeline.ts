import { App, Stack, Validations } from 'aws-cdk-lib';
import { AlarmSubscription, MultiRegionPipeline, MultiRegionSystem, PipelineSource } from 'cdk-multi-region';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

const region = 'ap-southeast-2';

// What it is called and where it runs, as in app.ts. In an app that is never synthesized: a deployment of these empty stacks would delete the real
// ones
const orders = new MultiRegionSystem(new App({ autoSynth: false }), 'Orders', { primaryRegion: region, secondaryRegions: ['us-west-2'] });

const app = new App();
const stack = new Stack(app, 'OrdersPipeline', { env: { region } });
const connection = (name: string, of: string) => app.node.tryGetContext(name) ?? `arn:aws:codeconnections:${of}:111122223333:connection/00000000-0000-0000-0000-000000000000`;

new MultiRegionPipeline(stack, 'Pipeline', {
  // Your repository, and connections that you have authorized: npx cdk deploy --all --app 'npx tsx pipeline.ts' -c repository=… -c connectionArn=… -c
  // standbyConnectionArn=… -c email=…
  source: PipelineSource.gitHub(app.node.tryGetContext('repository') ?? 'example-org/order-service', {
    connectionArn: connection('connectionArn', region),
    standbyConnectionArn: connection('standbyConnectionArn', 'us-west-2'),
  }),
  stages: [{ system: orders, approval: true }],
  // Who approves, and looks at what failed: each confirms a mail of either region first. For a chat channel: AlarmChat, in a stack of its own
  notificationSubscriptions: [AlarmSubscription.email(app.node.tryGetContext('email') ?? 'ops@example.com')],
  standbyRegion: 'us-west-2',
});

// A finding stops the synthesis
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
