import { cpSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Stage } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { assembly, editTemplates, folder, Resources } from './assembly';
import { synthesizeExample } from './example';
import { MermaidGraph, readMermaid } from './mermaid-graph';
import { withPicture } from './readme';
import { ArchitectureDiagram, DiagramDetail, GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../src';
import { orderSystem } from '../support/order-system';
import { CODE, errorOf, regions, testApp } from '../support/synth';

jest.setTimeout(120_000);

const PRIMARY = 'Primary Region (ap-southeast-2)';
const SECONDARY = 'Secondary Region (us-west-2)';

let example: string[];
beforeAll(() => {
  example = synthesizeExample(folder());
});

const overview = (...directories: string[]) => readMermaid(ArchitectureDiagram.fromAssemblies(directories).toMermaid());
const full = (...directories: string[]) => readMermaid(ArchitectureDiagram.fromAssemblies(directories).toMermaid({ detail: DiagramDetail.FULL }));

/** The picture that the library must reproduce, in the words of what is drawn. */
function reference(): MermaidGraph {
  const words: [string, string][] = [
    ['Route53', 'Route 53'], ['CI/CD Pipeline', 'CI/CD Pipeline (ap-southeast-2)'],
    ['Deploy Primary', 'Deploy ap-southeast-2'], ['Deploy Secondary', 'Deploy us-west-2'],
  ];
  return readMermaid(words.reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), readFileSync('test/diagram/reference-architecture.mmd', 'utf8')));
}

/** What of the reference is not in a picture. */
function missingIn(picture: MermaidGraph): string[] {
  const { boxes, arrows } = reference();
  return [...boxes.filter(box => !picture.boxes.includes(box)), ...arrows.filter(arrow => !picture.arrows.includes(arrow))];
}

/** The example-app, some of whose templates were changed. */
function changed(edit: (template: any, region: string) => void): MermaidGraph {
  const copies = example.map((directory, i) => {
    const copy = join(folder(), String(i));
    cpSync(directory, copy, { recursive: true, filter: source => !/\/asset\./.test(source) });
    editTemplates(copy, edit);
    return copy;
  });
  return overview(...copies);
}

/** The resources of a type in a template; those for which `remove` says so are taken out. */
function each(template: any, type: string, visit: (properties: any, remove: () => void) => void): void {
  Object.entries<any>(template.Resources).filter(([, resource]) => resource.Type === type)
    .forEach(([id, { Properties }]) => visit(Properties, () => { delete template.Resources[id]; }));
}

/** Takes an action out of all policies, those within roles included. */
function forbid(template: any, action: RegExp): void {
  const allowed = ({ Action }: any) => ![Action].flat().some((granted: string) => action.test(granted));
  const edit = ({ PolicyDocument }: any) => { PolicyDocument.Statement = PolicyDocument.Statement.filter(allowed); };
  each(template, 'AWS::IAM::Policy', edit);
  each(template, 'AWS::IAM::Role', ({ Policies = [] }) => Policies.forEach(edit));
}

describe('ArchitectureDiagram of the example-app', () => {
  test('has every box and every arrow of the reference architecture', () => {
    expect(reference().boxes).toHaveLength(16);
    expect(reference().arrows).toHaveLength(19);
    expect(missingIn(overview(...example))).toEqual([]);
  });

  test('adds to the reference what the templates say beyond it, and nothing else', () => {
    const { boxes, arrows } = overview(...example);
    const standby = 'CI/CD Pipeline on standby (us-west-2)';
    expect(boxes.filter(box => !reference().boxes.includes(box))).toEqual(['CodeBuild', 'CodePipeline', 'Deploy us-west-2'].map(box => `${standby}: ${box}`));
    expect(arrows.filter(arrow => !reference().arrows.includes(arrow))).toEqual([
      `CI/CD Pipeline (ap-southeast-2): GitHub → ${standby}: CodePipeline`,
      `${standby}: CodeBuild → ${standby}: Deploy us-west-2`,
      `${standby}: CodePipeline → ${standby}: CodeBuild`,
      ...[PRIMARY, SECONDARY].flatMap(region => [
        // the outbox; the detector of lost writes
        `${region}: DynamoDB Global Table → ${region}: EventBridge`,
        `${region}: DynamoDB Global Table → ${region}: Lambda Functions`,
        // an order that is stored starts its workflow
        `${region}: DynamoDB Global Table → ${region}: Step Functions`,
        // subscriptions
        `${region}: EventBridge → ${region}: Lambda Functions`,
        // what an order's status is set by; how an execution ended
        `${region}: Step Functions → ${region}: DynamoDB Global Table`,
        `${region}: Step Functions → ${region}: EventBridge`,
      ]),
      `${SECONDARY}: EventBridge → ${PRIMARY}: EventBridge`,
    ].sort());
  });

  test.each<[string, string, (template: any) => void, string[]]>([
    ['the alias records', 'us-west-2', template => each(template, 'AWS::Route53::RecordSet', (_, remove) => remove()), [`Route 53 → ${SECONDARY}: API Gateway`]],
    ['the methods', 'us-west-2', template => each(template, 'AWS::ApiGateway::Method', (_, remove) => remove()), [`${SECONDARY}: API Gateway → ${SECONDARY}: Lambda Functions`]],
    ['the API', 'us-west-2', template => each(template, 'AWS::ApiGateway::RestApi', (_, remove) => remove()), [
      `${SECONDARY}: API Gateway`, `${SECONDARY}: API Gateway → ${SECONDARY}: Lambda Functions`, `Route 53 → ${SECONDARY}: API Gateway`,
    ]],
    ['the functions\' permissions on tables', 'us-west-2', template => forbid(template, /^dynamodb:(?!DescribeS|GetR)/), [`${SECONDARY}: Lambda Functions → ${SECONDARY}: DynamoDB Global Table`]],
    ['the functions\' permissions on buses', 'us-west-2', template => forbid(template, /^events:PutEvents$/), [`${SECONDARY}: Lambda Functions → ${SECONDARY}: EventBridge`]],
    ['the starter\'s permission', 'us-west-2', template => forbid(template, /^states:StartExecution$/), [`${SECONDARY}: EventBridge → ${SECONDARY}: Step Functions`]],
    ['the starter\'s queue', 'us-west-2', template => each(template, 'AWS::Lambda::EventSourceMapping', ({ EventSourceArn }, remove) => {
      if (EventSourceArn['Fn::GetAtt'][0].startsWith('FulfilmentEvents')) remove();
    }), [`${SECONDARY}: EventBridge → ${SECONDARY}: Step Functions`]],
    ['the workflow\'s permissions', 'us-west-2', template => forbid(template, /^lambda:InvokeFunction$/), [`${SECONDARY}: Step Functions → ${SECONDARY}: Lambda Functions`]],
    ['the workflow', 'us-west-2', template => each(template, 'AWS::StepFunctions::StateMachine', (_, remove) => remove()), [
      `${SECONDARY}: Step Functions`, `${SECONDARY}: EventBridge → ${SECONDARY}: Step Functions`, `${SECONDARY}: Step Functions → ${SECONDARY}: Lambda Functions`,
    ]],
    ['the replication of events', 'ap-southeast-2', template => each(template, 'AWS::Events::Rule', ({ Name }, remove) => {
      if (/^(replication|redrive)-/.test(Name)) remove();
    }), [`${PRIMARY}: EventBridge → ${SECONDARY}: EventBridge`]],
    ['a replica of each table', 'ap-southeast-2', template => each(template, 'AWS::DynamoDB::GlobalTable', properties => {
      properties.Replicas = properties.Replicas.filter(({ Region }: any) => Region === 'ap-southeast-2');
    }), [
      `${SECONDARY}: DynamoDB Global Table`,
      `${PRIMARY}: DynamoDB Global Table → ${SECONDARY}: DynamoDB Global Table`,
      `${SECONDARY}: DynamoDB Global Table → ${PRIMARY}: DynamoDB Global Table`,
      `${SECONDARY}: Lambda Functions → ${SECONDARY}: DynamoDB Global Table`,
    ]],
    ['a region of the pipeline', 'ap-southeast-2', template => each(template, 'AWS::CodePipeline::Pipeline', properties => {
      properties.Stages.forEach((stage: any) => { stage.Actions = stage.Actions.filter(({ Name }: any) => Name !== 'us-west-2'); });
    }), ['CI/CD Pipeline (ap-southeast-2): Deploy us-west-2', 'CI/CD Pipeline (ap-southeast-2): CodeBuild → CI/CD Pipeline (ap-southeast-2): Deploy us-west-2']],
    ['the source of the pipeline', 'ap-southeast-2', template => each(template, 'AWS::CodePipeline::Pipeline', properties => {
      properties.Stages = properties.Stages.slice(1);
    }), [
      'CI/CD Pipeline (ap-southeast-2): GitHub',
      'CI/CD Pipeline (ap-southeast-2): CodePipeline → CI/CD Pipeline (ap-southeast-2): CodeBuild',
      'CI/CD Pipeline (ap-southeast-2): GitHub → CI/CD Pipeline (ap-southeast-2): CodePipeline',
    ]],
  ])('shows it when a template lacks %s', (_, where, edit, lost) => {
    expect(missingIn(changed((template, region) => { if (region === where) edit(template); })).sort()).toEqual(lost.sort());
  });

  test('shows in full what lies on the way of an event to its workflow, and where it goes when that fails', () => {
    const { arrows } = full(...example);
    const [rule, queue, starter, workflow, dead, unstarted] = [
      'Fulfilment<br/>rule', 'Orders-Fulfilment-events<br/>queue', 'Orders-Fulfilment-Starter<br/>function', 'Orders-Fulfilment<br/>workflow', 'Orders-DeadLetters<br/>queue', 'Orders-Fulfilment-unstarted<br/>queue',
    ].map(label => `${PRIMARY}: ${label}`);
    const shown = [
      `${PRIMARY}: Orders-Bus<br/>event bus → ${rule}`, `${rule} → ${queue}`, `${queue} → ${starter}`, `${starter} → ${workflow}`, `${rule} → ${dead}`, `${queue} → ${unstarted}`,
      `${PRIMARY}: replication-0<br/>rule → ${SECONDARY}: Orders-Bus<br/>event bus`,
      `${workflow} → ${PRIMARY}: Orders-Charge<br/>function`,
      `${PRIMARY}: Orders-OrdersTable<br/>global table → ${PRIMARY}: OrdersTableOutboxOrderChangedPipe<br/>pipe`,
      `${PRIMARY}: OrdersTableOutboxOrderChangedPipe<br/>pipe → ${PRIMARY}: Orders-Bus<br/>event bus`,
      `orders.example.com<br/>DNS name → ${SECONDARY}: Orders-Api<br/>API`,
      'CI/CD Pipeline (ap-southeast-2): OrdersPipeline-Pipeline<br/>pipeline → CI/CD Pipeline (ap-southeast-2): PipelineRegionalOrdersGateFunction<br/>function',
    ];
    expect(shown.filter(arrow => !arrows.includes(arrow))).toEqual([]);
  });

  test('shows in full the routes of the API, the probes and the count of alarms', () => {
    const text = ArchitectureDiagram.fromAssembly(example[0]).toMermaid({ detail: DiagramDetail.FULL });
    expect(text).toMatch(/Orders_us_west_2_ApiRestApi\w+ -->\|"GET \/orders\/{id}"\| Orders_us_west_2_GetOrderFunction\w+\n/);
    expect(text).toMatch(/name_us_west_2_orders_example_com -\.->\|"probes \/evacuation\/ap-southeast-2<br\/>probes \/health"\| Orders_us_west_2_ApiRestApi\w+\n/);
    expect(text).toMatch(/\["\d+<br\/>alarms"\]/);
  });

  test('shows the regions that are asked for, and what exists once and belongs to them', () => {
    const diagram = ArchitectureDiagram.fromAssemblies(example);
    for (const detail of Object.values(DiagramDetail)) {
      const { boxes, arrows } = readMermaid(diagram.toMermaid({ detail, regions: ['us-west-2'] }));
      const all = readMermaid(diagram.toMermaid({ detail }));
      const elsewhere = /\(ap-southeast-2\)|^(shared\.)?ap-southeast-2\.|GitHub|<br\/>repository/;
      expect(boxes.filter(box => !elsewhere.test(box))).toEqual(all.boxes.filter(box => !elsewhere.test(box)));
      expect(arrows.filter(arrow => !elsewhere.test(arrow))).toEqual(all.arrows.filter(arrow => !elsewhere.test(arrow)));
      expect(readMermaid(diagram.toMermaid({ detail, regions: ['ap-southeast-2', 'us-west-2'] }))).toEqual(all);
    }
  });

  test.each([[[]], [['us-west-1']], [['us-west-2', '']]])('throws if %j is asked for', wrong => {
    expect(errorOf(() => ArchitectureDiagram.fromAssemblies(example).toMermaid({ regions: wrong })))
      .toBe(`regions is ${JSON.stringify(wrong)}; allowed: at least one of ap-southeast-2, us-west-2`);
  });

  test('names a secondary region\'s parts as the primary one\'s', () => {
    const { boxes } = full(example[0]);
    const of = (region: string, peer: string) => boxes.filter(box => box.startsWith(`${region}: `)).map(box => box.slice(region.length).replaceAll(peer, 'PEER'));
    expect(of(PRIMARY, 'us-west-2')).toEqual(expect.arrayContaining(of(SECONDARY, 'ap-southeast-2')));
  });

  test('is the same, byte by byte, whenever it is drawn, and in whatever order its apps are given', () => {
    const draw = (directories: string[], detail: DiagramDetail) => ArchitectureDiagram.fromAssemblies(directories).toMermaid({ detail });
    for (const detail of Object.values(DiagramDetail)) {
      expect(draw(example, detail)).toBe(draw(example, detail));
      expect(draw([...example].reverse(), detail)).toBe(draw(example, detail));
    }
  });
});

describe('the README', () => {
  const readme = readFileSync('README.md', 'utf8');

  test('shows the example-app as it is synthesized now: npx projen architecture', () => {
    expect(readme).toBe(withPicture(readme, ArchitectureDiagram.fromAssemblies(example).toMermaid()));
  });

  test('must have one place for the picture', () => {
    expect(() => withPicture('# no picture', 'flowchart TB\n')).toThrow('README.md does not hold, once: <!-- drawn from');
    expect(() => withPicture(readme + readme, 'flowchart TB\n')).toThrow('README.md does not hold, once: <!-- drawn from');
    expect(withPicture(readme, 'flowchart TB\n')).toContain(' -->\n\n```mermaid\nflowchart TB\n```\n\n<!-- end');
  });
});

describe('ArchitectureDiagram of a system', () => {
  test.each([1, 3])('with %d regions has the same boxes in each', count => {
    const app = testApp({ outdir: folder() });
    orderSystem(app, count);
    const { boxes } = overview(app.synth().directory);
    const { primaryRegion, secondaryRegions = [] } = regions(count);
    const frames = [`Primary Region (${primaryRegion})`, ...secondaryRegions.map(region => `Secondary Region (${region})`)];
    const services = ['API Gateway', 'DynamoDB Global Table', 'EventBridge', 'Lambda Functions', 'Step Functions'];
    expect(boxes).toEqual(['Route 53', ...frames.flatMap(frame => services.map(service => `${frame}: ${service}`))].sort());
  });

  test.each([2, 10])('with %d regions replicates tables and events between all of them', count => {
    const app = testApp({ outdir: folder() });
    const system = new MultiRegionSystem(app, 'Orders', regions(count));
    new GlobalEventBus(system, 'Bus');
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    const { arrows } = overview(app.synth().directory);
    for (const service of ['EventBridge', 'DynamoDB Global Table']) {
      const between = arrows.map(arrow => arrow.split(' → ')).filter(([from, to]) => from !== to && [from, to].every(end => end.endsWith(`: ${service}`)));
      expect(between).toHaveLength(count * (count - 1));
    }
  });

  test('in stages has those of all stages, or those of one', () => {
    const app = testApp({ outdir: folder() });
    for (const name of ['Beta', 'Prod']) {
      const system = new MultiRegionSystem(new Stage(app, name), 'Orders', regions(2));
      const bus = new GlobalEventBus(system, 'Bus');
      bus.grantPutEvents(new MultiRegionFunction(system, 'Publish', { codePath: CODE }));
    }
    const { directory } = app.synth();
    expect(overview(directory).arrows).toContain(`${PRIMARY}: Lambda Functions → ${PRIMARY}: EventBridge`);
    const functions = (of: string) => full(of).boxes.filter(box => box.startsWith(PRIMARY) && box.endsWith('Publish<br/>function'));
    expect(functions(directory)).toEqual(['Beta', 'Prod'].map(stage => `${PRIMARY}: ${stage}-Orders-Publish<br/>function`));
    expect(functions(join(directory, 'assembly-Beta'))).toEqual([`${PRIMARY}: Beta-Orders-Publish<br/>function`]);
  });
});

describe('ArchitectureDiagram of templates', () => {
  const role = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const allow = (Action: unknown, Resource: unknown, Effect = 'Allow') => ({ Statement: [{ Effect, Action, Resource }] });
  const withFunction = (resources: Resources): Resources => ({
    Role: ['AWS::IAM::Role', {}], Send: ['AWS::Lambda::Function', { FunctionName: 'send', Role: role }], Queue: ['AWS::SQS::Queue', { QueueName: 'inbox' }], ...resources,
  });
  const uses = ['Primary Region (us-west-2): send<br/>function → Primary Region (us-west-2): inbox<br/>queue'];
  const inbox = { 'Fn::GetAtt': ['Queue', 'Arn'] };

  test.each<[string, Resources, string[]]>([
    ['a policy', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:SendMessage', inbox) }] }, uses],
    ['a managed policy', { Policy: ['AWS::IAM::ManagedPolicy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow(['sqs:SendMessage'], [inbox]) }] }, uses],
    ['a role policy', { Policy: ['AWS::IAM::RolePolicy', { RoleName: { Ref: 'Role' }, PolicyDocument: allow('sqs:SendMessage', inbox) }] }, uses],
    ['the role itself', { Role: ['AWS::IAM::Role', { Policies: [{ PolicyDocument: allow('sqs:SendMessage', inbox) }] }] }, uses],
    ['an action with a wildcard', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('SQS:Send*', inbox) }] }, uses],
    ['a literal ARN', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:*', { 'Fn::Sub': 'arn:aws-cn:sqs:${AWS::Region}:${AWS::AccountId}:inbox' }) }] }, uses],
    ['an ARN of another region', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:*', { 'Fn::Sub': 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:inbox' }) }] }, []],
    ['an ARN of another account', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:*', 'arn:aws:sqs:us-west-2:444455556666:inbox') }] }, []],
    ['everything', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('*', '*') }] }, []],
    ['an action that is no use of it', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:GetQueueUrl', inbox) }] }, []],
    ['a denial', { Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], PolicyDocument: allow('sqs:SendMessage', inbox, 'Deny') }] }, []],
    ['another role', { Other: ['AWS::IAM::Role', {}], Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Other' }], PolicyDocument: allow('sqs:SendMessage', inbox) }] }, []],
  ])('draws an arrow for a permission only if it names what it is on: by %s', (_, resources, expected) => {
    expect(full(assembly({ 'us-west-2': withFunction(resources) })).arrows).toEqual(expected);
  });

  test('finds what is behind aliases, versions and indexes', () => {
    const { arrows } = full(assembly({
      'us-west-2': {
        Table: ['AWS::DynamoDB::Table', { TableName: 'orders' }],
        Workflow: ['AWS::StepFunctions::StateMachine', { StateMachineName: 'ship' }],
        WorkflowVersion: ['AWS::StepFunctions::StateMachineVersion', { StateMachineArn: { Ref: 'Workflow' } }],
        WorkflowAlias: ['AWS::StepFunctions::StateMachineAlias', { RoutingConfiguration: [{ StateMachineVersionArn: { Ref: 'WorkflowVersion' }, Weight: 100 }] }],
        Role: ['AWS::IAM::Role', {
          Policies: [{
            PolicyDocument: allow(['dynamodb:Query', 'states:StartExecution'], [
              { 'Fn::Sub': 'arn:aws:dynamodb:us-west-2:${AWS::AccountId}:table/orders/index/open' }, { Ref: 'WorkflowAlias' },
            ]),
          }],
        }],
        Function: ['AWS::Lambda::Function', { FunctionName: 'start', Role: role }],
        Version: ['AWS::Lambda::Version', { FunctionName: { Ref: 'Function' } }],
        Schedule: ['AWS::Scheduler::Schedule', { Name: 'daily', Target: { Arn: { Ref: 'Version' } } }],
        Rule: ['AWS::Events::Rule', { Name: 'placed', EventBusName: 'orders', Targets: [{ Arn: { 'Fn::Sub': 'arn:aws:lambda:us-west-2:${AWS::AccountId}:function:start:live' } }] }],
        Bus: ['AWS::Events::EventBus', { Name: 'orders' }],
      },
    }));
    expect(arrows.map(arrow => arrow.replaceAll('Primary Region (us-west-2): ', '').replaceAll('<br/>', ' '))).toEqual([
      'daily schedule → start function', 'orders event bus → placed rule', 'placed rule → start function', 'start function → orders table', 'start function → ship workflow',
    ]);
  });

  test('takes the region that others wait for as the primary one, whatever its name', () => {
    const app = testApp({ outdir: folder() });
    const system = new MultiRegionSystem(app, 'Orders', { primaryRegion: 'us-west-2', secondaryRegions: ['ap-southeast-2'] });
    new GlobalEventBus(system, 'Bus');
    expect(overview(app.synth().directory).boxes).toEqual(expect.arrayContaining(['Primary Region (us-west-2): EventBridge', 'Secondary Region (ap-southeast-2): EventBridge']));
  });

  test('draws what is in several stacks of a region as one', () => {
    const arn = (region: string, rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${rest.replace(':', `:${region}:\${AWS::AccountId}:`)}` });
    const api = (region: string): Resources => ({
      Api: ['AWS::ApiGateway::RestApi', { Name: 'api' }],
      Domain: ['AWS::ApiGateway::DomainName', { DomainName: `${region}.example.com` }],
      Mapping: ['AWS::ApiGateway::BasePathMapping', { DomainName: { Ref: 'Domain' }, RestApiId: { Ref: 'Api' } }],
      Record: ['AWS::Route53::RecordSet', { Name: `${region}.example.com.`, AliasTarget: { DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] } } }],
      Bus: ['AWS::Events::EventBus', { Name: 'orders' }],
      Topic: ['AWS::SNS::Topic', { TopicName: 'alarms' }],
    });
    const mesh = (region: string, peer: string): Resources => ({
      Shared: ['AWS::Route53::RecordSet', { Name: 'example.com', AliasTarget: { DNSName: `${region}.example.com` } }],
      Probe: ['AWS::Route53::HealthCheck', { HealthCheckConfig: { FullyQualifiedDomainName: `${region}.example.com`, ResourcePath: '/health' } }],
      Replication: ['AWS::Events::Rule', { Name: 'replication', EventBusName: 'orders', Targets: [{ Arn: arn(peer, 'events:event-bus/orders') }] }],
      Alarm: ['AWS::CloudWatch::Alarm', { AlarmActions: [arn(region, 'sns:alarms')] }],
    });
    const directory = assembly({
      'us-west-2': api('us-west-2'), 'eu-west-1': api('eu-west-1'), 'us-west-2 mesh': mesh('us-west-2', 'eu-west-1'), 'eu-west-1 mesh': mesh('eu-west-1', 'us-west-2'),
    });
    const frame = (region: string) => `${region === 'us-west-2' ? 'Primary' : 'Secondary'} Region (${region})`;
    const there = (from: string, to: string) => [from, to].map(region => `${frame(region)}: EventBridge`).join(' → ');
    expect(overview(directory)).toEqual({
      boxes: ['Route 53', ...['us-west-2', 'eu-west-1'].flatMap(region => ['API Gateway', 'EventBridge'].map(service => `${frame(region)}: ${service}`))].sort(),
      arrows: [there('us-west-2', 'eu-west-1'), there('eu-west-1', 'us-west-2'), ...['us-west-2', 'eu-west-1'].map(region => `Route 53 → ${frame(region)}: API Gateway`)].sort(),
    });
    const { arrows } = full(directory);
    for (const region of ['us-west-2', 'eu-west-1']) {
      expect(arrows).toEqual(expect.arrayContaining([
        `example.com<br/>DNS name → ${frame(region)}: api<br/>API`, `${region}.example.com<br/>DNS name → ${frame(region)}: api<br/>API`,
        `${frame(region)}: orders<br/>event bus → ${frame(region)}: replication<br/>rule`, `${frame(region)}: 1<br/>alarms → ${frame(region)}: alarms<br/>topic`,
      ]));
    }
  });

  test('follows no circle of records', () => {
    const record = (Name: string, DNSName: string): [string, Record<string, unknown>] => ['AWS::Route53::RecordSet', { Name, AliasTarget: { DNSName } }];
    const { boxes } = overview(assembly({ 'us-west-2': { Api: ['AWS::ApiGateway::RestApi', { Name: 'api' }], One: record('a.example.com', 'b.example.com'), Other: record('b.example.com', 'a.example.com') } }));
    expect(boxes).toEqual(['Primary Region (us-west-2): API Gateway']);
  });

  test('draws a unit in the frame of its region', () => {
    const app = testApp({ outdir: folder() });
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const queue = new MultiRegionQueue(system, 'Inbox');
    queue.grantSendMessages(new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Charge', { codePath: CODE }));
    const { arrows } = full(app.synth().directory);
    expect(arrows).toEqual(expect.arrayContaining([PRIMARY, SECONDARY].map(region => `${region}: Orders-Billing-Charge<br/>function → ${region}: Orders-Inbox<br/>queue`)));
  });

  test('writes whatever a name holds so that Mermaid takes it as text', () => {
    const name = '"];end --> x["<script>`#`</script>&|';
    const text = ArchitectureDiagram.fromAssembly(assembly({ 'us-west-2': { Bus: ['AWS::Events::EventBus', { Name: name }] } })).toMermaid({ detail: DiagramDetail.FULL });
    const [, label] = /Bus\["(.*)<br\/>event bus"\]/.exec(text)!;
    expect(label).toMatch(/^[\w #;/()-]+$/);
    expect(label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(code))).toBe(name);
  });

  test('tells a pipeline from what serves customers, even in one stack', () => {
    const { boxes } = overview(assembly({
      'us-west-2': {
        Pipeline: ['AWS::CodePipeline::Pipeline', { Stages: [], DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'standby' }] }],
        Function: ['AWS::Lambda::Function', { FunctionName: 'send' }],
        Bus: ['AWS::Events::EventBus', { Name: 'orders' }],
      },
    }));
    expect(boxes).toEqual(['CI/CD Pipeline on standby (us-west-2): CodePipeline', 'Primary Region (us-west-2): EventBridge', 'Primary Region (us-west-2): Lambda Functions']);
  });

  test('draws sources and deployments of other pipelines by their own names', () => {
    const action = (Category: string, Provider: string, Name: string, more: object = {}) => ({ Name, Actions: [{ Name, ActionTypeId: { Category, Provider, Owner: 'AWS', Version: '1' }, ...more }] });
    const { arrows } = overview(assembly({
      'us-west-2': {
        Pipeline: ['AWS::CodePipeline::Pipeline', {
          Stages: [
            action('Source', 'S3', 'Bucket', { OutputArtifacts: [{ Name: 'source' }] }),
            action('Approval', 'Manual', 'Approve'),
            action('Deploy', 'CloudFormation', 'Stack', { InputArtifacts: [{ Name: 'source' }], Region: 'eu-west-1' }),
          ],
        }],
      },
    }));
    expect(arrows.map(arrow => arrow.replaceAll('CI/CD Pipeline (us-west-2): ', ''))).toEqual(['CodePipeline → Deploy eu-west-1', 'S3 → CodePipeline']);
  });
});

describe('ArchitectureDiagram.fromAssembly', () => {
  test('throws if the folder does not exist', () => {
    expect(errorOf(() => ArchitectureDiagram.fromAssembly('/no/such/folder'))).toBe('"/no/such/folder" does not exist; allowed: a folder that "cdk synth" wrote, such as cdk.out');
  });

  test('throws if the folder holds no manifest', () => {
    const empty = folder();
    expect(errorOf(() => ArchitectureDiagram.fromAssembly(empty))).toContain(`"${empty}" has no manifest.json; allowed: `);
  });

  test('throws if the manifest is no JSON, or not that of a cloud assembly', () => {
    const broken = folder();
    for (const content of ['{oops', '{}']) {
      writeFileSync(join(broken, 'manifest.json'), content);
      expect(errorOf(() => ArchitectureDiagram.fromAssembly(broken))).toContain(`"${broken}" cannot be read: `);
    }
  });

  test('throws if an app has no stack', () => {
    const { directory } = new App({ outdir: folder() }).synth();
    expect(errorOf(() => ArchitectureDiagram.fromAssembly(directory))).toContain(`"${directory}" has no stack; allowed: `);
  });

  test.each([['is no JSON', '{oops'], ['is gone', undefined]])('throws if a template %s', (_, content) => {
    const directory = assembly({ 'us-west-2': { Bus: ['AWS::Events::EventBus', { Name: 'orders' }] } });
    const template = join(directory, 'Stack-us-west-2.template.json');
    const copy = join(folder(), 'copy');
    cpSync(directory, copy, { recursive: true, filter: source => content !== undefined || source !== template });
    if (content !== undefined) writeFileSync(join(copy, 'Stack-us-west-2.template.json'), content);
    expect(errorOf(() => ArchitectureDiagram.fromAssembly(copy))).toContain(`"${join(copy, 'Stack-us-west-2.template.json')}" cannot be read: `);
  });

  test('throws if there is nothing that is drawn', () => {
    const directory = assembly({ 'us-west-2': { Bucket: ['AWS::S3::Bucket'] } });
    expect(errorOf(() => ArchitectureDiagram.fromAssembly(directory))).toMatch(/^nothing to draw in .+; allowed: an app with an API, function, table, event bus, queue, workflow or pipeline$/);
  });

  test('throws if there is no folder at all', () => {
    expect(errorOf(() => ArchitectureDiagram.fromAssemblies([]))).toBe('directories is []; allowed: at least one folder that "cdk synth" wrote');
  });

  test('does not change the folder', () => {
    const directory = assembly({ 'us-west-2': { Bus: ['AWS::Events::EventBus', { Name: 'orders' }] } });
    const content = () => readdirSync(directory).map(file => [file, readFileSync(join(directory, file), 'utf8')]);
    const before = content();
    ArchitectureDiagram.fromAssembly(directory).toMermaid();
    expect(content()).toEqual(before);
  });
});
