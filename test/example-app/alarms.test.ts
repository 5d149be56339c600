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

function alarmsIn(of: MultiRegionSystem, region: string, template: any): Alarm[] {
  const stack = of.stackIn(region);
  return stack.node.findAll()
    .filter((child): child is CfnResource => child instanceof CfnResource && child.cfnResourceType === 'AWS::CloudWatch::Alarm')
    .map(child => {
      const logicalId: string = stack.resolve(child.logicalId);
      return { name: child.node.scope!.node.path.slice(stack.node.path.length + 1), logicalId, properties: template.Resources[logicalId].Properties };
    })
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
  const rows = alarmsIn(system, region, all[region]).map(({ name, logicalId, properties }) => {
    const notes = [!composite.includes(`"${logicalId}"`) && 'peer', !essential.has(name) && 'detail'].filter(Boolean).map(note => `*${note}*`).join(' ');
    return `| ${name} | ${condition(properties)} | ${notes} | ${properties.AlarmDescription} |`;
  });
  return ['| alarm | goes off at | in | | what it means, and what to do first |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
    .replaceAll(region, '{region}').replaceAll(peer, '{peer}');
}

function essentialIn(region: string): [MultiRegionSystem, string, any] {
  const lean = orderSystem(testApp(), 2, { alarmProfile: AlarmProfile.ESSENTIAL });
  return [lean, region, templates(lean)[region]];
}

describe('the alarms of the example-app', () => {
  test('are those that docs/ALARMS.md lists', () => {
    expectDocumented('docs/ALARMS.md', 'alarms', list(OTHER, PRIMARY));
  });

  test('are the same in every region', () => {
    expect(list(PRIMARY, OTHER)).toBe(list(OTHER, PRIMARY));
  });

  test('call somebody, all of them, and say what to do', () => {
    for (const { properties } of system.regions.flatMap(region => alarmsIn(system, region, all[region]))) {
      expect(properties.AlarmActions).toHaveLength(1);
      expect(properties.AlarmDescription).toMatch(/[Ll]ook|[Ss]ee|check|Ask|mend|Mend/);
    }
  });
});
