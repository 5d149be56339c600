import { setTimeout as sleep } from 'timers/promises';
import { DescribeReplayCommand, EventBridgeClient, ListArchivesCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, Message, ReceiveMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { Clock } from '../../../cli/rehearsal/lag/clock';
import { Deadline } from '../../../cli/rehearsal/lag/deadline';

const POLL_MS = 250;
const TIMEOUT_MS = 30_000;

export interface RegionOperatorProps {
  /** What the SDK's clients are made with. */
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly eventBusName: string;
  readonly deadLettersName: string;
  readonly lostWritesName: string;
  /** What limits of time are measured by. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What the runbook has an operator of one region do, by AWS's own APIs. */
export class RegionOperator {
  private readonly sqs: SQSClient;
  private readonly eventBridge: EventBridgeClient;

  constructor(private readonly props: RegionOperatorProps) {
    this.sqs = new SQSClient(props.client);
    this.eventBridge = new EventBridgeClient(props.client);
  }

  /** What the dead-letter queue holds: at most 10 messages of it, which stay there. */
  public async deadLetters(): Promise<Message[]> {
    return this.peek(this.props.deadLettersName);
  }

  /** Waits for a dead letter that says something. */
  public async awaitDeadLetter(saying: string): Promise<Message> {
    return this.until(async () => (await this.deadLetters()).find(({ Body }) => Body?.includes(saying)), `a dead letter that says ${saying}`);
  }

  /** Waits until the dead-letter queue is empty. */
  public async awaitNoDeadLetters(): Promise<void> {
    await this.until(async () => ((await this.deadLetters()).length === 0 ? true : undefined), 'an empty dead-letter queue');
  }

  /** Sends all dead letters to where they were meant to go. */
  public async redrive(): Promise<void> {
    const { region } = this.props.client;
    const arnOf = (queueName: string) => `arn:aws:sqs:${region}:000000000000:${queueName}`;
    await this.sqs.send(new StartMessageMoveTaskCommand({
      SourceArn: arnOf(this.props.deadLettersName), DestinationArn: arnOf(`${this.props.deadLettersName}-redrive`),
    }));
  }

  /** The images that lost to a concurrent write of another region. */
  public async lostWrites(): Promise<Message[]> {
    return this.peek(this.props.lostWritesName);
  }

  /** Replays what the archive has of a time, to all rules of the bus. Returns the state that it came to. */
  public async replay(name: string, from: Date, to: Date): Promise<string> {
    const { region } = this.props.client;
    const busArn = `arn:aws:events:${region}:000000000000:event-bus/${this.props.eventBusName}`;
    const { Archives = [] } = await this.eventBridge.send(new ListArchivesCommand({ EventSourceArn: busArn }));
    const archiveArn = `arn:aws:events:${region}:000000000000:archive/${Archives[0].ArchiveName}`;
    await this.eventBridge.send(new StartReplayCommand({
      ReplayName: name, EventSourceArn: archiveArn, EventStartTime: from, EventEndTime: to, Destination: { Arn: busArn },
    }));
    return this.until(async () => {
      const { State } = await this.eventBridge.send(new DescribeReplayCommand({ ReplayName: name }));
      return ['COMPLETED', 'FAILED', 'CANCELLED'].includes(State!) ? State : undefined;
    }, 'the end of the replay');
  }

  private async peek(queueName: string): Promise<Message[]> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'] }));
    return Messages;
  }

  private async until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
    const deadline = new Deadline(TIMEOUT_MS, this.props.clock);
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (deadline.isOver) throw deadline.failure(`${what} did not come`);
      await sleep(POLL_MS, undefined, { signal: this.props.signal });
    }
  }
}
