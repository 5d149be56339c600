import { Message } from '@aws-sdk/client-sqs';

/** The reason for which messages could not be delivered, and their number. */
export interface Reason {
  readonly messages: number;
  readonly errorCode?: string;
  /** The ARN of the rule of EventBridge that sent it. */
  readonly rule?: string;
  /** The ARN of what it was meant for. */
  readonly target?: string;
}

/** The longest that is shown of what somebody else has written. */
const MOST_CHARACTERS = 80;

const ARN = /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:[\w./:$-]+$/;

/**
 * Counts why messages are dead letters: by what EventBridge, and the starter of a workflow, write beside an event, and by what Lambda notes of a function that failed. Nothing of an event or a payload is taken.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function reasonsOf(messages: readonly Message[]): Reason[] {
  const counts = new Map<string, number>();
  for (const message of messages) {
    const key = JSON.stringify(reasonOf(message));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ messages: count, ...JSON.parse(key) })).sort((a, b) => b.messages - a.messages);
}

/** Says a reason in a few words: names rather than ARNs. */
export function describeReason({ errorCode, rule, target }: Omit<Reason, 'messages'>, region: string): string {
  const parts = [errorCode, rule && `from ${nameOf(rule, region)}`, target && `to ${nameOf(target, region)}`].filter(Boolean);
  return parts.join(' ') || 'nothing is written of the reason';
}

function reasonOf({ Body = '', MessageAttributes = {} }: Message): Omit<Reason, 'messages'> {
  const { ERROR_CODE, RULE_ARN, TARGET_ARN } = MessageAttributes;
  if (!ERROR_CODE && !RULE_ARN && !TARGET_ARN) return reasonOfLambda(Body);
  return { errorCode: shown(ERROR_CODE?.StringValue), rule: arn(RULE_ARN?.StringValue), target: arn(TARGET_ARN?.StringValue) };
}

/** Returns the reason in a record of Lambda: that of a failed invocation has no attributes. */
function reasonOfLambda(body: string): Omit<Reason, 'messages'> {
  try {
    const { functionArn, condition } = JSON.parse(body).requestContext;
    return /^arn:[a-z-]+:lambda:/.test(functionArn) ? { errorCode: /^\w+$/.test(condition) ? condition : undefined, target: arn(functionArn) } : {};
  } catch {
    return {};
  }
}

/** The prefix of the name of a resource, by service; SQS has nothing there. */
const KINDS: Readonly<Record<string, string>> = { lambda: 'function', sqs: 'queue', states: 'workflow' };

/** Returns the name in an ARN: a rule has its bus before its name, and an alias or a version comes after the name of a function. */
function nameOf(resource: string, region: string): string {
  const [, , service, itsRegion, , ...rest] = resource.split(':');
  const [kind, ...path] = rest.join(':').split(/[/:]/);
  const name = service === 'events' ? `${kind === 'event-bus' ? 'bus' : kind} ${path.at(-1) ?? ''}` : `${KINDS[service] ?? service} ${path[0] ?? kind}`;
  return itsRegion === '' || itsRegion === region ? name : `${name} in ${itsRegion}`;
}

const arn = (value: string | undefined) => (value !== undefined && ARN.test(value) ? value : undefined);

/** Others write these, so nothing of them may move a terminal's cursor. */
const shown = (value: string | undefined) => value?.replace(/[^\x20-\x7e]/g, '?').slice(0, MOST_CHARACTERS);
