import { AlarmStatusWidget, IAlarm, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas, MOST_IN_A_LINE } from '../canvas';
import { Inventory } from '../inventory';

/** The number of peers that are asked whether a region is evacuated: all of them have the same answer, unless they are lost themselves. */
const WITNESSES = 3;

/** Creates the row with the state of each region. */
export function healthRow(canvas: Canvas, { system, evacuation, workflows, hasAlarms }: Inventory, unhealthy: (region: string) => IAlarm): IWidget[] {
  // each region's alarm in a widget of its own, in the system's order
  const states = hasAlarms ? system.regions.map(region => (
    (width: number) => new AlarmStatusWidget({ title: region, alarms: [unhealthy(region)], width, height: 2 })
  )) : [];
  const evacuated = evacuation && system.regions.length > 1
    ? [canvas.byRegion('Evacuated, as its peers tell health checks', { unit: '1 = yes', max: 1.2 }, region => (
      canvas.together('MAX', system.peersOf(region).slice(0, WITNESSES).map(peer => evacuation.metricEvacuated(peer, region)))
    ))] : [];
  const takeovers = workflows.length > 0 && system.regions.length > 1
    ? [canvas.byRegion('Workflows taken over from another region, by', { unit: 'per minute', alarms: workflows.map(one => [one, 'Takeovers']) }, region => (
      canvas.together('SUM', workflows.map(workflow => workflow.metricTakeovers(region)))
    ))] : [];
  return canvas.row(
    'Is a region unhealthy, or evacuated?',
    'Red is ALARM: the child alarms, linked above, give the cause and the first step. A region without any data below is lost, or its CloudWatch is.',
    canvas.beside(states, MOST_IN_A_LINE),
    canvas.beside([...evacuated, ...takeovers]),
  );
}
