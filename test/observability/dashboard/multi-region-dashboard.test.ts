import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnDashboard, GraphWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { DashboardRow, MultiRegionDashboard, MultiRegionDashboardProps, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../../src';
import { refusalsOf } from '../../../src/observability/dashboard/limits';
import { bodyIn, graphOf } from '../../support/dashboard';
import { Body } from '../../support/dashboard-picture/body';
import { CODE, errorOf, expectPropError, mesh, resources, templates, testApp, testSystem } from '../../support/synth';
import { wholeSystem, WholeSystem } from '../../support/whole-system';

const HERE = 'ap-southeast-2';
const PEER = 'us-west-2';

function whole(count = 2, props?: MultiRegionDashboardProps): WholeSystem & { dashboard: MultiRegionDashboard; body: Body } {
  const all = wholeSystem(count, { account: '111122223333' });
  const dashboard = new MultiRegionDashboard(all.system, 'Dashboard', props);
  return { ...all, dashboard, body: bodyIn(dashboard, HERE) };
}

const questions = ({ widgets }: Body) => widgets.flatMap(({ properties }) => /^## (.*)$/m.exec(properties.markdown ?? '')?.[1] ?? []);
const optionsOf = (metric: any[]) => metric[metric.length - 1];
const visible = (metrics: any[][]) => metrics.filter(metric => optionsOf(metric).visible !== false);
const thresholdsIn = (body: Body, title: string) => graphOf(body, title).properties.annotations?.horizontal?.map(({ value }) => value) ?? [];

describe('MultiRegionDashboard', () => {
  test('has a copy in every region, each under a name of its own', () => {
    const { system, dashboard } = whole(3);
    for (const region of system.regions) {
      const [copy] = resources(mesh(system, region), 'AWS::CloudWatch::Dashboard');
      expect(copy.Properties.DashboardName).toBe(`Shop-Dashboard-${region}`);
      expect(dashboard.dashboardNameIn(region)).toBe(`Shop-Dashboard-${region}`);
    }
  });

  test.each([1, 2])('in %d regions is in the mesh stacks, because it names all regions, and makes no other stack', count => {
    const system = testSystem(count);
    const dashboard = new MultiRegionDashboard(system, 'Dashboard');
    dashboard.urlIn(HERE);
    dashboard.colorOf(HERE);
    (system.node.root as App).synth();
    expect(system._allStacks.map(({ stackName }) => stackName)).toEqual(system.regions.map(region => `Orders-${region}-mesh`));
  });

  test('shows the same in every copy, but for where it is', () => {
    const { dashboard } = whole();
    const shape = (region: string) => bodyIn(dashboard, region).widgets.slice(1)
      .map(({ x, y, width, height, properties }) => [x, y, width, height, properties.title]);
    expect(shape(PEER)).toEqual(shape(HERE));
  });

  test('with every default shows all questions, over three hours, in periods of a minute', () => {
    const { system, dashboard, body } = whole();
    const { dashboardBody } = dashboard.inRegion(HERE).node.defaultChild as CfnDashboard;
    const rendered = JSON.stringify(Stack.of(dashboard.inRegion(HERE)).resolve(dashboardBody));
    expect(rendered).toContain('\\"start\\":\\"-PT3H\\"');
    expect(rendered).toContain('\\"periodOverride\\":\\"inherit\\"');
    expect(body.widgets[0].properties.markdown).toContain(`# ${system.systemName}: all regions, as seen in ${HERE}`);
    expect(questions(body)).toEqual([
      'Is a region unhealthy, or evacuated?', 'Are the customers of Shop-Api served?', 'Do functions fail?', 'Is data replicated?', 'Do events of Shop-Bus flow?',
      'Does Shop-Workflow run to its end?', 'What waits for a person?', 'What drives the cost?',
    ]);
  });

  test('takes another name, title, notes, time and selection of questions', () => {
    const { dashboard, body } = whole(2, {
      dashboardName: 'ops', title: 'The shop', notes: 'Runbook: [here](https://example.com)', defaultInterval: Duration.hours(12), rows: [DashboardRow.COST, DashboardRow.HEALTH],
    });
    expect(dashboard.dashboardNameIn(PEER)).toBe('ops-us-west-2');
    expect(body.widgets[0].properties.markdown).toContain('# The shop: all regions');
    expect(body.widgets[0].properties.markdown).toContain('Runbook: [here](https://example.com)');
    expect(questions(body)).toEqual(['Is a region unhealthy, or evacuated?', 'What drives the cost?']);
  });

  test('finds what is made after it', () => {
    const system = testSystem();
    const dashboard = new MultiRegionDashboard(system, 'Dashboard');
    new MultiRegionFunction(system, 'Late', { codePath: CODE });
    expect(questions(bodyIn(dashboard, HERE))).toContain('Do functions fail?');
    new MultiRegionFunction(system, 'Later', { codePath: CODE });
    expect(JSON.stringify(bodyIn(dashboard, HERE))).toContain('Orders-Later:live');
    new MultiRegionQueue(system, 'Between');
    const app = system.node.root as App;
    const synthesized = () => JSON.stringify(app.synth({ force: true }).getStackByName(`Orders-${HERE}-mesh`).template);
    expect(synthesized()).toContain('Orders-Between: oldest');
    // as many constructs as before
    system.node.tryRemoveChild('Between');
    new MultiRegionQueue(system, 'Last');
    expect(synthesized()).toContain('Orders-Last: oldest');
    expect(synthesized()).not.toContain('Orders-Between');
  });

  test('is made once in a synthesis', () => {
    const { system, dashboard } = whole(3);
    let made = 0;
    dashboard.addWidgets({ widgetsIn: () => [new TextWidget({ markdown: `${made++}` })] });
    (system.node.root as App).synth();
    expect(made).toBe(3);
  });

  test('shows what is in units as well', () => {
    const system = testSystem();
    const dashboard = new MultiRegionDashboard(system, 'Dashboard');
    new MultiRegionFunction(system, 'Own', { codePath: CODE });
    new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Charge', { codePath: CODE, alarmSettings: { errors: { threshold: 7 } } });
    const body = bodyIn(dashboard, HERE);
    expect(JSON.stringify(graphOf(body, 'Errors of functions'))).toContain('Orders-Billing-Charge:live');
    expect(thresholdsIn(body, 'Errors of functions')).toEqual([1, 7]);
    const deadLetters = ['', ' of Billing'].map(unit => graphOf(body, `Dead letters: events and invocations${unit}`));
    expect(deadLetters.map(({ properties }) => properties.metrics![0].slice(2, 4))).toEqual([['QueueName', 'Orders-DeadLetters'], ['QueueName', 'Orders-Billing-DeadLetters']]);
  });

  test('knows the alarms of a unit alone', () => {
    const system = testSystem();
    new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Charge', { codePath: CODE });
    const { widgets } = bodyIn(new MultiRegionDashboard(system, 'Dashboard'), HERE);
    expect(widgets.filter(({ type }) => type === 'alarm').map(({ properties }) => properties.title)).toEqual(system.regions);
  });

  test('of an empty system says where it is, and no more', () => {
    const system = testSystem();
    const { widgets } = bodyIn(new MultiRegionDashboard(system, 'Dashboard'), HERE);
    expect(widgets).toHaveLength(1);
    expect(widgets[0].properties.markdown).toContain('This dashboard');
    expect(widgets[0].properties.markdown).not.toContain('dynamodb');
  });

  test('of a system without replication asks nothing about other regions', () => {
    const { body } = whole(1);
    const titles = body.widgets.map(({ properties }) => properties.title).join('\n');
    expect(titles).not.toMatch(/lag|Evacuated|taken over|Heartbeats|peers/);
    expect(titles).toContain('Given to subscribers');
    expect(body.widgets[0].properties.markdown).not.toContain('evacuation#');
  });

  test('gives a region the same color everywhere, other than that of alarms', () => {
    const { system, dashboard, body } = whole(3);
    const lines = body.widgets.flatMap(({ properties }) => visible(properties.metrics ?? [])).map(optionsOf);
    for (const region of system.regions) {
      const colors = lines.filter(({ label }) => label === region || label?.startsWith(`${region} →`)).map(({ color }) => color);
      expect(new Set(colors)).toEqual(new Set([dashboard.colorOf(region)]));
      expect(colors.length).toBeGreaterThan(20);
    }
    expect(new Set(system.regions.map(region => dashboard.colorOf(region))).size).toBe(3);
  });

  test('has 20 colors, all different, for 20 regions', () => {
    const { system } = wholeSystem(20);
    const dashboard = new MultiRegionDashboard(system, 'Dashboard');
    const colors = system.regions.map(region => dashboard.colorOf(region));
    expect(new Set(colors).size).toBe(20);
    expect(colors).not.toContain('#d62728');
  });

  test('draws regions in the order of the system', () => {
    const { system, body } = whole(3);
    expect(visible(graphOf(body, 'Server errors (5xx)').properties.metrics!).map(metric => optionsOf(metric).label)).toEqual(system.regions);
    const states = body.widgets.filter(({ type }) => type === 'alarm');
    expect(states.map(({ properties }) => properties.title)).toEqual(system.regions);
    expect(states.map(({ properties }) => properties.alarms)).toEqual(system.regions.map(region => [`arn:aws:cloudwatch:${region}:111122223333:alarm:Shop-${region}-unhealthy`]));
  });

  test('names the axis of every graph, and fills every line of the grid', () => {
    const { body } = whole();
    for (const { type, properties } of body.widgets) {
      if (type === 'metric') expect([properties.title, properties.yAxis?.left?.label]).toEqual([properties.title, expect.stringMatching(/./)]);
    }
    const widths = new Map<number, number>();
    body.widgets.forEach(({ y, width }) => widths.set(y, (widths.get(y) ?? 0) + width));
    expect([...widths.values()]).toEqual([...widths.values()].map(() => 24));
  });

  test('draws the thresholds of alarms, as they are', () => {
    const { table, body } = whole();
    expect(thresholdsIn(body, `${table.tableName}: lag`)).toEqual([60_000]);
    expect(thresholdsIn(body, 'Server errors (5xx)')).toEqual([5]);
    expect(thresholdsIn(body, 'Oldest event that waits to start')).toEqual([300]);
    expect(thresholdsIn(body, 'Dead letters: events and invocations')).toEqual([1]);
    // below a minute of it an alarm goes off, which a line would only hide
    expect(thresholdsIn(body, 'Heartbeats that arrive')).toEqual([]);
  });

  test('leaves health checks out of what customers do', () => {
    const { body } = whole();
    for (const [title, metricName] of [['Requests', 'Count'], ['Client errors (4xx)', '4XXError']]) {
      const metrics = graphOf(body, title).properties.metrics!;
      expect(optionsOf(metrics[0])).toMatchObject({ label: HERE, expression: 'm0 - FILL(m1, 0) - FILL(m2, 0)'.replace(/m(\d)/g, (_, i) => optionsOf(metrics[Number(i) + 1]).id) });
      expect(metrics.slice(1, 4).map(metric => metric.slice(0, -1))).toEqual([
        ['AWS/ApiGateway', metricName, 'ApiName', 'Shop-Api', 'Stage', 'live'],
        ['AWS/ApiGateway', metricName, 'ApiName', 'Shop-Api', 'Method', 'GET', 'Resource', '/health', 'Stage', 'live'],
        ['AWS/ApiGateway', metricName, 'ApiName', 'Shop-Api', 'Method', 'GET', 'Resource', '/evacuation/{region}', 'Stage', 'live'],
      ]);
    }
  });

  test('draws every direction in up to 4 regions, and in more what each region has together', () => {
    const few = whole(3).body;
    expect(visible(graphOf(few, 'Heartbeats that arrive').properties.metrics!)).toHaveLength(6);
    const { body } = whole(5);
    const heartbeats = graphOf(body, 'Heartbeats that arrive, of all peers together').properties;
    expect(heartbeats.metrics!.map(optionsOf)).toHaveLength(5);
    expect(heartbeats.metrics!.map(optionsOf)[1]).toMatchObject({
      region: PEER,
      expression: 'SUM(SEARCH(\'{AWS/Events,EventBusName,RuleName} MetricName="Invocations" EventBusName="Shop-Bus" RuleName=("heartbeats-from-ap-southeast-2" OR '
        + '"heartbeats-from-eu-west-1" OR "heartbeats-from-us-east-1" OR "heartbeats-from-eu-central-1")\', \'Sum\', 60))',
    });
    expect(heartbeats.annotations!.horizontal).toEqual([expect.objectContaining({ value: 4, label: 'all peers' })]);
    expect(graphOf(body, 'Shop-Table: lag, slowest peer of each region').properties.metrics).toHaveLength(5);
  });

  test('looks at the whole account\'s functions where single ones would be too many', () => {
    const system = testSystem(10);
    Array.from({ length: 25 }, (_, i) => new MultiRegionFunction(system, `Fn${i}`, { codePath: CODE }));
    const { widgets } = bodyIn(new MultiRegionDashboard(system, 'Dashboard'), HERE);
    const titles = widgets.map(({ properties }) => properties.title);
    expect(titles).toContain('Errors of functions');
    new MultiRegionFunction(system, 'OneMore', { codePath: CODE });
    const more = bodyIn(new MultiRegionDashboard(system, 'Another'), HERE);
    expect(graphOf(more, 'Errors of functions, whole account').properties.metrics![0].slice(0, 2)).toEqual(['AWS/Lambda', 'Errors']);
    expect(more.widgets.map(({ properties }) => properties.title)).not.toContain('Errors by function, all regions together');
  });

  test('calculates what is of one region in that region', () => {
    const { body } = whole();
    const metrics = graphOf(body, 'Throttled reads and writes, all tables').properties.metrics!;
    const [, peer] = visible(metrics).map(optionsOf);
    expect(peer).toMatchObject({ label: PEER, region: PEER });
  });

  test('tells how to look and to evacuate a region, by the command and without it, and leads to the alarms and to the other copies', () => {
    const { body } = whole();
    const { markdown } = body.widgets[0].properties;
    expect(markdown).toContain('aws dynamodb put-item --region HEALTHY --table-name Shop-Control-Table '
      + '--item \'{"pk":{"S":"evacuation#BAD"},"by":{"S":"WHO"},"at":{"S":"WHEN"},"reason":{"S":"WHY"}}\'');
    const where = `--system Shop --regions ${HERE},${PEER}`;
    for (const command of ['status', 'evacuate BAD --reason WHY', 'restore BAD']) expect(markdown).toContain(`npx cdk-multi-region ${command} ${where}\n`);
    expect(markdown).toContain('Leave one region that answers');
    expect(markdown).toContain(`[${PEER}](https://us-west-2.console.aws.amazon.com/cloudwatch/home?region=us-west-2#dashboards/dashboard/Shop-Dashboard-us-west-2)`);
    expect(markdown).toContain(`[${HERE}](https://ap-southeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-southeast-2#alarmsV2:alarm/Shop-ap-southeast-2-unhealthy)`);
  });

  test.each([
    ['cn-north-1', 'https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/Orders-Dashboard-cn-north-1'],
    ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/Orders-Dashboard-us-gov-west-1'],
    ['us-iso-east-1', undefined],
  ])('in %s is at the console of its partition', (region, url) => {
    const system = new MultiRegionSystem(testApp(), 'Orders', { primaryRegion: region, secondaryRegions: [] });
    expect(new MultiRegionDashboard(system, 'Dashboard').urlIn(region)).toBe(url);
  });

  test('shows widgets of its user\'s, new ones in each region', () => {
    const { dashboard, fn } = whole();
    dashboard.addWidgets({
      widgetsIn: region => [new TextWidget({ markdown: `mine in ${region}`, width: 6 }), new GraphWidget({ title: 'mine', left: [fn.metricDuration(PEER)] })],
    });
    for (const region of [HERE, PEER]) {
      const { widgets } = bodyIn(dashboard, region);
      expect(widgets.slice(-2).map(({ properties }) => properties.markdown ?? properties.title)).toEqual([`mine in ${region}`, 'mine']);
      expect(widgets[widgets.length - 2].y).toBeGreaterThan(widgets[widgets.length - 3].y);
    }
  });

  test('throws for an unknown region', () => {
    const { dashboard } = whole();
    for (const ask of [() => dashboard.inRegion('eu-west-1'), () => dashboard.urlIn('eu-west-1'), () => dashboard.colorOf('eu-west-1')]) {
      expect(ask).toThrow('region is "eu-west-1"; allowed: a region of this system: ap-southeast-2, us-west-2');
    }
  });

  test('throws if a prop is none that CloudWatch accepts', () => {
    const system = testSystem();
    const attempt = (props: MultiRegionDashboardProps) => () => new MultiRegionDashboard(system, `Dashboard${Math.random()}`.replace('.', ''), props);
    for (const dashboardName of ['a b', '', 'x'.repeat(243)]) {
      expect(attempt({ dashboardName })).toThrow('letters, digits, hyphens and underscores, at most 255 characters (the name of a CloudWatch dashboard), with room for "-ap-southeast-2" after it');
    }
    expectPropError(() => new MultiRegionDashboard(system, 'Short', { defaultInterval: Duration.millis(1) }), 'defaultInterval', '0.001 seconds', '1 minute to 455 days', 'Orders/Short');
    expectPropError(() => new MultiRegionDashboard(system, 'Rows', { rows: ['FUN' as DashboardRow] }), 'rows', 'FUN', 'HEALTH, REQUESTS', 'Orders/Rows');
  });

  test('is not synthesized with more than CloudWatch takes, and says what to do', () => {
    const { system, dashboard, fn } = whole();
    dashboard.addWidgets({ widgetsIn: () => [new GraphWidget({ title: 'too much', left: Array.from({ length: 501 }, (_, i) => fn.metricErrors(HERE, { statistic: `p${1 + i / 10}` })) })] });
    const message = errorOf(() => templates(system));
    expect(message).toContain('the graph "too much" has 501 metrics; allowed: 500. Leave out some of HEALTH, REQUESTS');
    expect(message).toContain('[Shop/Dashboard]');
  });

  test.each<[string, number, number, string, string]>([
    ['widgets', 501, 0, '', 'the dashboard has 501 widgets; allowed: 500'],
    ['metrics', 6, 417, '', 'the dashboard has 2502 metrics; allowed: 2500'],
    ['long searches', 1, 1, `SUM(SEARCH('${'x'.repeat(1025)}', 'Sum', 60))`, 'the graph "t" searches by names that are too long together, in characters; allowed: 1024'],
  ])('refuses too many %s', (_, widgets, metrics, expression, refusal) => {
    const line = [{ expression }];
    const refusals = refusalsOf(Array.from({ length: widgets }, () => ({ properties: { title: 't', metrics: Array(metrics).fill(line) } })), 'Shop/Dashboard');
    expect(refusals).toEqual([expect.stringContaining(refusal)]);
  });
});
