import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Answer, LocalEndpoint, loadHandler } from '../support/local-endpoint';
import { LogLines } from '../support/log-lines';

describe('GET /evacuation/{region}', () => {
  let endpoint: LocalEndpoint;
  let answer: Answer;
  let lines: LogLines;
  beforeEach(async () => {
    endpoint = await LocalEndpoint.start(() => answer);
    lines = new LogLines();
  });
  afterEach(async () => {
    lines.restore();
    await endpoint.stop();
  });

  function get(region?: string): Promise<APIGatewayProxyResult> {
    const { handler } = loadHandler<{ handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> }>('../../src/evacuation-switch/evacuation.lambda', {
      AWS_ENDPOINT_URL: endpoint.url, CONTROL_TABLE_NAME: 'Orders-Control-Table', REGIONS: 'ap-southeast-2,us-west-2',
    });
    return handler({ pathParameters: region === undefined ? null : { region } } as any);
  }

  test('is 200 when the region is marked as evacuated, as this region\'s replica has it now', async () => {
    answer = { body: { Item: { pk: { S: 'evacuation#us-west-2' } } } };
    const response = await get('us-west-2');
    expect(lines.metrics).toEqual([{
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{
          Namespace: 'cdk-multi-region', Dimensions: [['ControlTableName', 'EvacuatedRegion']], Metrics: [{ Name: 'Evacuated', Unit: 'Count' }],
        }],
      },
      ControlTableName: 'Orders-Control-Table',
      EvacuatedRegion: 'us-west-2',
      Evacuated: 1,
    }]);
    expect([response.statusCode, JSON.parse(response.body)]).toEqual([200, { region: 'us-west-2', evacuated: true }]);
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(endpoint.calls).toEqual([{
      operation: 'GetItem',
      input: { TableName: 'Orders-Control-Table', Key: { pk: { S: 'evacuation#us-west-2' } }, ConsistentRead: true, ProjectionExpression: 'pk' },
    }]);
  });

  test('is the same whoever evacuated it, and tells nobody who that was, when and why', async () => {
    answer = { body: { Item: { pk: { S: 'evacuation#us-west-2' }, by: { S: 'some-operator' }, at: { S: '2026-01-02T03:04:05Z' }, reason: { S: 'payments fail' } } } };
    const response = await get('us-west-2');
    expect([response.statusCode, JSON.parse(response.body)]).toEqual([200, { region: 'us-west-2', evacuated: true }]);
    expect(JSON.stringify(response) + lines.text).not.toMatch(/some-operator|2026-01-02|payments/);
    expect(lines.metrics.map(line => Object.keys(line).sort())).toEqual([['ControlTableName', 'Evacuated', 'EvacuatedRegion', '_aws']]);
  });

  test('is 404 when it is not, and measures nothing', async () => {
    answer = { body: {} };
    expect((await get('us-west-2')).statusCode).toBe(404);
    expect(lines.text).toBe('');
  });

  test.each([undefined, '', 'eu-west-1', 'us-west-2#x', '__proto__'])('is 404 for a region that is not of the system, without asking the table: %p', async region => {
    answer = { body: { Item: { pk: { S: 'x' } } } };
    expect((await get(region)).statusCode).toBe(404);
    expect(endpoint.calls).toEqual([]);
  });

  test('is never 200 when the table does not answer', async () => {
    answer = { status: 500, type: 'InternalServerError', body: {} };
    await expect(get('us-west-2')).rejects.toThrow();
  });
});
