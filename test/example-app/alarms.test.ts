import { CfnResource } from 'aws-cdk-lib';
import { AlarmProfile, MultiRegionSystem } from '../../src';
import { expectDocumented } from '../support/docs';
import { orderSystem } from '../support/order-system';
import { templates, testApp } from '../support/synth';

interface Alarm {
  /** Its path in the tree, which is the same in every region. */
  readonly name: string;
  readonly logicalId: string;
  readonly properties: any;
}

const PERIOD_OF_A_QUERY = 60;

const system = orderSystem(testApp(), 2);
const all = templates(system);
const [PRIMARY, OTHER] = system.regions;

/** The alarms of a region: those in its stack, and those in its mesh stack. */
function alarmsIn(of: MultiRegionSystem, region: string, stacks: Record<string, any>): Alarm[] {
  return of._allStacks.filter(stack => [region, `${region}-mesh`].includes(stack.node.id)).flatMap(stack => stack.node.findAll()
    .filter((child): child is CfnResource => child instanceof CfnResource && child.cfnResourceType === 'AWS::CloudWatch::Alarm')
    .map(child => {
      const logicalId: string = stack.resolve(child.logicalId);
      const name = child.node.scope!.node.path.slice(stack.node.path.length + 1);
      return { name, logicalId, properties: stacks[stack.node.id].Resources[logicalId].Properties };
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What an alarm looks at, in a few words. */
function condition(properties: any): string {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Period, Metrics, ComparisonOperator, Threshold } = properties;
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, TreatMissingData } = properties;
  const sign = ComparisonOperator === 'LessThanThreshold' ? '<' : '≥';
  const metric = Metrics ? `\`${Metrics[0].Expression}\`` : `${Namespace} ${MetricName}, ${Statistic ?? ExtendedStatistic}`;
  const seconds = Period ?? PERIOD_OF_A_QUERY;
  const period = seconds % 86400 === 0 ? `${seconds / 86400} d` : `${seconds / 60} min`;
  return `${metric} ${sign} ${Threshold.toLocaleString('en')} | ${DatapointsToAlarm} of ${EvaluationPeriods} × ${period}${TreatMissingData === 'breaching' ? ', no data is bad' : ''}`;
}

function list(region: string, peer: string): string {
  const essential = new Set(alarmsIn(...essentialIn(region)).map(({ name }) => name));
  const composite = JSON.stringify(Object.values<any>(all[region].Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm').map(({ Properties }) => Properties.AlarmRule));
  const rows = alarmsIn(system, region, all).map(({ name, logicalId, properties }) => {
    const notes = [!composite.includes(`"${logicalId}"`) && 'peer', !essential.has(name) && 'detail'].filter(Boolean).map(note => `*${note}*`).join(' ');
    return `| ${name} | ${condition(properties)} | ${notes} | ${properties.AlarmDescription} |`;
  });
  return ['| alarm | ALARM at | in | | the fact, the cause, the first step |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
    .replaceAll(region, '{region}').replaceAll(peer, '{peer}');
}

function essentialIn(region: string): [MultiRegionSystem, string, Record<string, any>] {
  const lean = orderSystem(testApp(), 2, { alarmProfile: AlarmProfile.ESSENTIAL });
  return [lean, region, templates(lean)];
}

describe('the alarms of the example-app', () => {
  test('are those that docs/ALARMS.md lists', () => {
    expectDocumented('docs/ALARMS.md', 'alarms', list(OTHER, PRIMARY));
  });

  test('are the same in every region', () => {
    expect(list(PRIMARY, OTHER)).toBe(list(OTHER, PRIMARY));
  });

  test('notify the topic, all of them, and give the first step', () => {
    for (const { properties } of system.regions.flatMap(region => alarmsIn(system, region, all))) {
      expect(properties.AlarmActions).toHaveLength(1);
      expect(properties.AlarmDescription).toMatch(/\b([Ll]ook|[Ss]ee|[Cc]heck|[Ff]ind|[Ff]ix|[Aa]sk)\b/);
    }
  });
});
