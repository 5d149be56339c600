import { CloudWatchClient, DescribeAlarmsCommand, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DeleteQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { authorizationFor } from '../../../cli/rehearsal/regions/authorization';
import { clientOf, LocalRegion } from '../../../cli/rehearsal/regions/local-region';

/** What an operator sees of a region by AWS's own APIs, whether the application is there or not. */
export class Console {
  private readonly sqs: SQSClient;
  private readonly cloudWatch: CloudWatchClient;

  constructor(private readonly region: LocalRegion, private readonly systemName: string) {
    const client = clientOf(region);
    this.sqs = new SQSClient(client);
    this.cloudWatch = new CloudWatchClient(client);
  }

  /** How many messages wait in a queue; throws if there is no such queue. */
  public async messagesIn(queueName: string): Promise<number> {
    const QueueUrl = await this.urlOf(queueName);
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
    return Number(Attributes!.ApproximateNumberOfMessages);
  }

  public async deleteQueue(queueName: string): Promise<void> {
    await this.sqs.send(new DeleteQueueCommand({ QueueUrl: await this.urlOf(queueName) }));
  }

  /** The alarms on a function's metrics, but for composite ones. */
  public async alarmsOf(functionName: string): Promise<MetricAlarm[]> {
    const { MetricAlarms = [] } = await this.cloudWatch.send(new DescribeAlarmsCommand({
      AlarmTypes: ['MetricAlarm'], MaxRecords: 100, AlarmNamePrefix: `${this.systemName}-${this.region.name}-${functionName}`,
    }));
    return MetricAlarms;
  }

  /** The deployment of the API that clients are served. */
  public async servedDeployment(): Promise<string> {
    const { name, endpoint } = this.region;
    const headers = authorizationFor('apigateway', name);
    const get = async (path: string) => (await fetch(`${endpoint}${path}`, { headers, signal: AbortSignal.timeout(5000) })).json();
    const { item } = await get('/restapis') as { item: { id: string; name: string }[] };
    const { id } = item.find(api => api.name === `${this.systemName}-Api`)!;
    return (await get(`/restapis/${id}/stages/live`) as { deploymentId: string }).deploymentId;
  }

  /** What there is by the system's name that could hold data or be in the way: tables, queues, buses, log groups and functions. */
  public async leftovers(): Promise<string[]> {
    const { region, systemName } = this;
    const client = clientOf(region);
    const [{ TableNames = [] }, { QueueUrls = [] }, { EventBuses = [] }, { logGroups = [] }, { Functions = [] }] = await Promise.all([
      new DynamoDBClient(client).send(new ListTablesCommand({})),
      this.sqs.send(new ListQueuesCommand({ QueueNamePrefix: systemName, MaxResults: 1000 })),
      new EventBridgeClient(client).send(new ListEventBusesCommand({})),
      new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand({})),
      new LambdaClient(client).send(new ListFunctionsCommand({})),
    ]);
    const names = [
      ...TableNames, ...QueueUrls.map(url => url.slice(url.lastIndexOf('/') + 1)), ...EventBuses.map(({ Name }) => Name!),
      ...logGroups.map(({ logGroupName }) => logGroupName!), ...Functions.map(({ FunctionName }) => FunctionName!),
    ];
    return names.filter(name => name.includes(systemName)).sort();
  }

  private async urlOf(QueueName: string): Promise<string> {
    return (await this.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!;
  }
}
