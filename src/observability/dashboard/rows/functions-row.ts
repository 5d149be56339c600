import { IMetric, IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricIn } from '../../../system/metrics';
import { Canvas, GraphOptions, labelled, Sized } from '../canvas';
import { Inventory } from '../inventory';

/** Beyond, the metrics of single functions would leave no room for the rest of the dashboard. */
const MOST_METRICS = 250;

/** Creates the row with the errors and throttles of functions. */
export function functionsRow(canvas: Canvas, inventory: Inventory): IWidget[] {
  const { system, functions } = inventory;
  if (functions.length === 0) return [];
  const unit = 'per minute';
  const alarms = functions.map(fn => [fn, 'Errors'] as const);
  const byFunction = areFew(inventory) ? [
    canvas.graph('Errors by function, all regions together', { unit, alarms }, functions.map(fn => (
      labelled(canvas.together('SUM', system.regions.map(region => fn.metricErrors(region)))!, fn.node.path.slice(system.node.path.length + 1))
    ))),
  ] : [];
  return canvas.row(
    'Do functions fail?',
    'In one region only: look at what it depends on there. In all: the function itself, or its last deployment. Throttled: too much at once for the account.',
    canvas.beside([
      ofFunctions(canvas, inventory, 'Errors', alarms),
      ...byFunction,
      canvas.byRegion('Throttled invocations, whole account', { unit }, region => ofAccount(inventory, region, 'Throttles')),
    ]),
  );
}

/** Returns a metric of all functions together: in systems that have too many, of all that the account has in the region. */
export function ofFunctions(canvas: Canvas, inventory: Inventory, metricName: 'Errors' | 'Invocations', alarms?: GraphOptions['alarms']): Sized {
  return areFew(inventory)
    ? canvas.byRegion(`${metricName} of functions`, { unit: 'per minute', alarms }, region => (
      canvas.together('SUM', inventory.functions.map(fn => (metricName === 'Errors' ? fn.metricErrors(region) : fn.metricInvocations(region))))
    ))
    : canvas.byRegion(`${metricName} of functions, whole account`, { unit: 'per minute' }, region => ofAccount(inventory, region, metricName));
}

function areFew({ system, functions }: Inventory): boolean {
  return functions.length * system.regions.length <= MOST_METRICS;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html */
function ofAccount({ system }: Inventory, region: string, metricName: string): IMetric {
  return metricIn(system, region, { namespace: 'AWS/Lambda', metricName, statistic: Stats.SUM });
}
