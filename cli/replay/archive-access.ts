import {
  CancelReplayCommand, DescribeArchiveCommand, DescribeReplayCommand, EventBridgeClient, EventBridgeServiceException, ListReplaysCommand, ReplayState,
  ResourceAlreadyExistsException, ResourceNotFoundException, StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { RunningReplay } from './replay-plan';
import { TimeRange } from './times';
import { RegionAccess } from '../operate/region-access';

/** An archive of one region. */
export interface Archive {
  readonly arn: string;
  readonly busArn: string;
  /** 0 if it keeps events for ever. */
  readonly retentionDays: number;
}

/** The progress of a replay. */
export interface ReplayProgress {
  readonly state: string;
  readonly stateReason?: string;
  /** The time of the last event that was replayed. */
  readonly lastReplayed?: Date;
}

/** States in which a replay gives events to rules. @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Replay.html */
const RUNNING: ReplayState[] = ['STARTING', 'RUNNING'];

/** The archives and the replays of one region. */
export class ArchiveAccess {
  constructor(private readonly access: RegionAccess) {}

  /** Returns an archive, or nothing if there is none of that name. */
  public async find(name: string): Promise<Archive | undefined> {
    try {
      const { ArchiveArn, EventSourceArn, RetentionDays } = await (await this.client()).send(new DescribeArchiveCommand({ ArchiveName: name }));
      return { arn: ArchiveArn!, busArn: EventSourceArn!, retentionDays: RetentionDays ?? 0 };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** Returns the replays of an archive that run. A list has one filter at a time, and an account runs ten replays at most. */
  public async running({ arn }: Archive): Promise<RunningReplay[]> {
    const client = await this.client();
    const lists = await Promise.all(RUNNING.map(async State => (await client.send(new ListReplaysCommand({ State }))).Replays ?? []));
    const found = lists.flat().filter(({ EventSourceArn }) => EventSourceArn === arn);
    return Promise.all(found.map(async ({ ReplayName }) => {
      const { EventStartTime, EventEndTime, Destination } = await client.send(new DescribeReplayCommand({ ReplayName }));
      return { name: ReplayName!, from: EventStartTime!, to: EventEndTime!, rules: Destination?.FilterArns?.map(rule => rule.split('/').at(-1)!) };
    }));
  }

  /** Begins a replay to the bus of an archive, the only one that its events may be replayed to. */
  public async start(
    name: string, { arn, busArn }: Archive, { from, to }: TimeRange, rules: readonly string[] | undefined, description: string,
  ): Promise<void> {
    const rulesOfBus = busArn.replace(':event-bus/', ':rule/');
    try {
      await (await this.client()).send(new StartReplayCommand({
        ReplayName: name,
        Description: description,
        EventSourceArn: arn,
        EventStartTime: from,
        EventEndTime: to,
        Destination: { Arn: busArn, ...rules && { FilterArns: rules.map(rule => `${rulesOfBus}/${rule}`) } },
      }));
    } catch (error) {
      // the name is of this millisecond: a first attempt, whose answer was lost, has begun it
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    }
  }

  public async progress(name: string): Promise<ReplayProgress> {
    const { State, StateReason, EventLastReplayedTime } = await (await this.client()).send(new DescribeReplayCommand({ ReplayName: name }));
    return { state: State!, stateReason: StateReason || undefined, lastReplayed: EventLastReplayedTime };
  }

  /** Cancels a replay, and returns its state; nothing if there is no such replay. What has ended stays as it is. */
  public async cancel(name: string): Promise<string | undefined> {
    try {
      return (await (await this.client()).send(new CancelReplayCommand({ ReplayName: name }))).State;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      if (!(error instanceof EventBridgeServiceException) || error.$fault !== 'client') throw error;
      const { state } = await this.progress(name);
      if (hasEnded(state)) return state;
      throw error;
    }
  }

  private async client(): Promise<EventBridgeClient> {
    return this.access.client(EventBridgeClient);
  }
}

/** Returns whether a replay gives no events any more, and never will. */
export function hasEnded(state: string): boolean {
  return state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELLED';
}
