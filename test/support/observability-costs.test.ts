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
    expect(counts).toEqual({ 'alarm': 4, 'composite alarm': 1, 'custom metric': 2, 'dashboard': 1, 'KMS key': 1 });
    expect(costOf(counts)).toBeCloseTo(0.4 + 0.5 + 0.6 + 3 + 1);
    expect(costOf(add([counts, counts, countIn({})]))).toBeCloseTo(2 * 5.5);
  });

  test('of an alarm on an expression are those of its metrics; of one on a query, of one metric', () => {
    expect(countIn({ Resources: { A: alarm({ Metrics: [stat('AWS/SQS'), stat('mine'), { Expression: 'a/b' }] }) } })).toMatchObject({ 'alarm': 2, 'custom metric': 1 });
    expect(countIn({ Resources: { A: alarm({ Metrics: [{ Expression: 'SELECT SUM(m) FROM "AWS/SQS"' }] }) } })).toMatchObject({ 'alarm': 1, 'custom metric': 0 });
  });
});
