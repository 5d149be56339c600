import { EventPattern } from 'aws-cdk-lib/aws-events';
import { IConstruct } from 'constructs';
import { patternFault, resolvePattern } from './pattern-fault';
import { invalidProp } from '../system/errors';

/** Patterns as EventBridge has them: the L2's names, and what the L2 does not know. */
export interface RenderedPattern {
  readonly [field: string]: any;
}

/** The longest pattern that EventBridge takes on request. Beyond `DEFAULT_LENGTH`, an account needs a quota of its own. */
const MOST_LENGTH = 4096;
const DEFAULT_LENGTH = 2048;

/** The name of EventBridge's own JSON for what the L2 calls detailType. */
const DETAIL_TYPE = 'detail-type';

/** Renders an L2 event pattern for an L1 rule. A pattern in EventBridge's own JSON, as JavaScript may give one, is taken as it is. */
export function renderPattern({ detailType, ...pattern }: EventPattern): RenderedPattern {
  const rendered = { ...pattern, ...(detailType !== undefined && { [DETAIL_TYPE]: detailType }) };
  return Object.fromEntries(Object.entries(rendered).filter(([, value]) => value !== undefined));
}

/** Converts a rendered event pattern for an L2 rule. */
export function toL2({ [DETAIL_TYPE]: detailType, ...pattern }: RenderedPattern): EventPattern {
  return detailType === undefined ? pattern : { ...pattern, detailType };
}

/**
 * Throws unless EventBridge accepts a pattern, and it could match an event.
 *
 * @param given the pattern as it was given
 * @param added what the library adds to it
 * @param warn takes what an account must have, if it is more than what each has
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export function requirePattern(
  owner: IConstruct, prop: string, given: RenderedPattern, added: RenderedPattern, warn: (message: string) => void,
): void {
  const pattern = resolvePattern(owner, given);
  const fault = patternFault(pattern);
  if (fault !== undefined) throw invalidProp(owner, prop, pattern, `what EventBridge takes, but ${fault}`);
  const { length } = JSON.stringify({ ...pattern, ...added });
  if (length > MOST_LENGTH) throw invalidProp(owner, prop, `${length} characters with what the rule adds`, `at most ${MOST_LENGTH}`);
  if (length > DEFAULT_LENGTH) {
    warn(`${prop} has ${length} characters with what the rule adds, and EventBridge takes ${DEFAULT_LENGTH} by default: have the quota "Event pattern size" raised in every region, `
      + `then acknowledge this [${owner.node.path}]`);
  }
}
