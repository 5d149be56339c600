import { add, costOf, countIn } from './observability-costs';

const alarm = (Properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties });
const stat = (Namespace: string) => ({ MetricStat: { Metric: { Namespace, MetricName: 'm' } } });

describe('the costs of observability', () => {
  test('are those of what a template has', () => {
    const counts = countIn({
      Resources: {
        A: alarm({ Namespace: 'AWS/SQS', MetricName: 'm' }),
        B: alarm({ Namespace: 'mine', MetricName: 'm', Dimensions: [{ Name: 'd', Value: '1' }] }),
        C: alarm({ Namespace: 'mine', MetricName: 'm', Dimensions: [{ Name: 'd', Value: '1' }] }),
        D: alarm({ Namespace: 'mine', MetricName: 'm', Dimensions: [{ Name: 'd', Value: '2' }] }),
        E: { Type: 'AWS::CloudWatch::CompositeAlarm' },
        F: { Type: 'AWS::CloudWatch::Dashboard' },
        G: { Type: 'AWS::KMS::Key' },
        H: { Type: 'AWS::SQS::Queue' },
      },
    });
    expect(counts).toMatchObject({ 'alarm': 4, 'composite alarm': 1, 'custom metric': 2, 'dashboard': 1, 'KMS key': 1, 'web ACL': 0, 'million probes': 0 });
    expect(costOf(counts)).toBeCloseTo(0.4 + 0.5 + 0.6 + 3 + 1);
    expect(costOf(add([counts, counts, countIn({})]))).toBeCloseTo(2 * 5.5);
  });

  test('of an alarm on an expression are those of its metrics; of one on a query, of one metric', () => {
    expect(countIn({ Resources: { A: alarm({ Metrics: [stat('AWS/SQS'), stat('mine'), { Expression: 'a/b' }] }) } })).toMatchObject({ 'alarm': 2, 'custom metric': 1 });
    expect(countIn({ Resources: { A: alarm({ Metrics: [{ Expression: 'SELECT SUM(m) FROM "AWS/SQS"' }] }) } })).toMatchObject({ 'alarm': 1, 'custom metric': 0 });
  });

  test('of an API are those of its health checks, of what these ask, of its web ACL and of the metrics of its routes', () => {
    const check = (HealthCheckConfig: object) => ({ Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig } });
    const counts = countIn({
      Resources: {
        A: check({ Type: 'HTTPS', RequestInterval: 10, Regions: ['a', 'b', 'c'] }),
        B: check({ Type: 'HTTPS', RequestInterval: 30, Regions: ['a', 'b', 'c'] }),
        C: check({ Type: 'CALCULATED' }),
        D: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}] } },
        E: { Type: 'AWS::ApiGateway::Method' },
      },
    });
    expect(counts).toMatchObject({
      'health check by HTTPS, every 10 s': 1, 'health check by HTTPS, every 30 s': 1, 'calculated health check': 1, 'web ACL': 1, 'rule of a web ACL': 2, 'metric of a route': 5,
    });
    // six checkers, in 30 days
    expect(counts['million probes']).toBeCloseTo(6 * 2.592 / 10 + 6 * 2.592 / 30);
  });
});
