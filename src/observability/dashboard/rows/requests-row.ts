import { IMetric, IWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';

/** Creates the rows with what the customers of each API notice. */
export function requestRows(canvas: Canvas, { apis }: Inventory): IWidget[] {
  return apis.flatMap(api => canvas.row(
    `Are the customers of ${api.apiName} served?`,
    'Errors in one region only: evacuate it. In all: undo the last deployment. Health checks are left out of requests and 4xx.',
    canvas.beside([
      canvas.byRegion('Requests', { unit: 'per minute' }, region => ofCustomers(canvas, api.metricCount(region), api._metricsOfProbes(region, 'Count'))),
      canvas.byRegion('Server errors (5xx)', { unit: 'per minute', alarms: [[api, '5XXError']] }, region => api.metricServerError(region)),
      canvas.byRegion('Client errors (4xx)', { unit: 'per minute' }, region => (
        ofCustomers(canvas, api.metricClientError(region), api._metricsOfProbes(region, '4XXError'))
      )),
      canvas.byRegion('Latency, p50', { unit: 'ms' }, region => api.metricLatency(region, { statistic: 'p50' })),
      canvas.byRegion('Latency, p99', { unit: 'ms', alarms: [[api, 'Latency']] }, region => api.metricLatency(region, { statistic: 'p99' })),
    ]),
  ));
}

/** Peers that ask whether a region is evacuated get a 404 all day, and would hide what customers get. */
function ofCustomers(canvas: Canvas, all: Metric, probes: Metric[]): IMetric {
  return canvas.calculated([all, ...probes], ([total, ...rest]) => [total, ...rest.map(probe => `FILL(${probe}, 0)`)].join(' - '));
}
