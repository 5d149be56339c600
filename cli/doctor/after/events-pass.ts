import { randomUUID } from 'crypto';
import { EventBridgeClient, ListTargetsByRuleCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { arrival, Arrival, arrivalFinding } from './arrival';
import { HeartbeatRule, heartbeatRules } from './heartbeat-rules';
import { cannotLook, needsAssembly, nothingToLookAt } from './looking';
import { HEARTBEAT_SOURCE } from '../../../src/dead-letters/constants';
import { HEARTBEAT_DETAIL_TYPE } from '../../../src/global-event-bus/constants';
import { Answer, isProblem, settled } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import { DoctorCheck, Finding, Patient } from '../check';

/** An event as a queue has it. */
export interface ReceivedEvent {
  readonly region?: string;
  readonly detail?: { readonly doctor?: string };
}

/** The way of an event of a bus from region to region. */
export interface Way {
  readonly bus: string;
  readonly origin: string;
  /** The region in which it arrives. */
  readonly region: string;
}

/**
 * One more heartbeat, told from the others by its detail, is looked for in the queue that a peer's rule delivers heartbeats to. Nobody else receives from that queue, and EventBridge neither archives
 * heartbeats nor hands them to consumers of the app, unless these want every event there is.
 */
export const EVENTS_PASS: DoctorCheck = {
  name: 'events-pass',
  claim: 'An event that is published in a region arrives in every peer, as one of that region. It is a heartbeat more than usual.',
  when: 'after deployment',
  isProbe: true,
  isTrial: true,
  source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html',
  examine: async patient => {
    const { stacks, regions } = patient.system;
    if (stacks.length === 0) return needsAssembly('which buses there are');
    const rules = heartbeatRules(stacks, regions);
    if (rules.length === 0) return nothingToLookAt('no bus with heartbeats');
    const origins = new Map(rules.map(rule => [`${rule.bus} ${rule.peer}`, rule]));
    const found = await Promise.all([...origins.values()].map(({ bus, peer: origin }) => (
      passage(patient, origin, rules.filter(rule => rule.bus === bus && rule.peer === origin))
    )));
    return found.flat();
  },
};

async function passage({ accesses }: Patient, origin: string, rules: readonly HeartbeatRule[]): Promise<Finding[]> {
  const accessTo = (region: string) => accesses.find(access => access.region === region);
  const [{ bus }] = rules;
  const from = accessTo(origin);
  if (!from) return [];
  const queues = await Promise.all(rules.map(async rule => ({ rule, queue: await settled(HeartbeatQueue.of(accessTo(rule.region)!, rule)) })));
  const mark = randomUUID();
  const published = await settled(publish(from, bus, mark));
  if (isProblem(published)) return [{ region: origin, verdict: 'unknown', says: `no event can be published on ${bus}: ${published.problem}` }];
  return Promise.all(queues.map(async ({ rule: { region }, queue }) => {
    if (isProblem(queue)) return cannotLook(region, queue.problem);
    let event: ReceivedEvent | undefined;
    const arrived = await arrival(async () => {
      event = await queue.value.find(mark);
      return event !== undefined;
    });
    return eventFinding({ region, origin, bus }, arrived, event);
  }));
}

/** Judges an event of another region. Were it one of the region that it has arrived in, that region would send it on. */
export function eventFinding({ region, origin, bus }: Way, arrived: Answer<Arrival>, event: ReceivedEvent | undefined): Finding {
  if (event && event.region !== origin) {
    return {
      region,
      verdict: 'failed',
      says: `an event of ${origin} on ${bus} arrived as one of ${event.region}, so that it is sent on and on`,
      advice: `disable the rules replication-... of ${bus} in ${region}, and report it: it is not what the library counts on`,
    };
  }
  return arrivalFinding(region, `an event of ${origin} on ${bus}`, arrived, `see whether the rules replication-... of ${bus} in ${origin} are enabled, and what is in its dead-letter queue`);
}

async function publish(access: RegionAccess, EventBusName: string, mark: string): Promise<void> {
  const { Entries = [] } = await (await access.client(EventBridgeClient)).send(new PutEventsCommand({
    Entries: [{ EventBusName, Source: HEARTBEAT_SOURCE, DetailType: HEARTBEAT_DETAIL_TYPE, Detail: JSON.stringify({ doctor: mark }) }],
  }));
  const { ErrorCode, ErrorMessage } = Entries[0] ?? {};
  if (ErrorCode !== undefined) throw Object.assign(new Error(ErrorMessage ?? ErrorCode), { name: ErrorCode });
}

/** The queue in which a region's bus leaves the heartbeats of its peers, for a minute. */
class HeartbeatQueue {
  public static async of(access: RegionAccess, { bus, rule }: HeartbeatRule): Promise<HeartbeatQueue> {
    const [events, sqs] = await Promise.all([access.client(EventBridgeClient), access.client(SQSClient)]);
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ EventBusName: bus, Rule: rule }));
    const QueueName = Targets[0]?.Arn?.split(':').at(-1);
    if (QueueName === undefined) throw new Error(`the rule ${rule} of ${bus} has no target`);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return new HeartbeatQueue(sqs, QueueUrl!);
  }

  private constructor(private readonly sqs: SQSClient, private readonly url: string) {}

  /** Looks for an event, and leaves all where they are. */
  public async find(mark: string): Promise<ReceivedEvent | undefined> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl: this.url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
    return Messages.map(({ Body }) => JSON.parse(Body!) as ReceivedEvent).find(({ detail }) => detail?.doctor === mark);
  }
}
