import { createHash } from 'crypto';
import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** The rule by which a service accepts the name of one of its resources. */
export class NameRule {
  public static readonly SYSTEM = new NameRule('a system', /^[A-Za-z][A-Za-z0-9-]*$/, 40, 'letters, digits and hyphens, starting with a letter');
  public static readonly UNIT = new NameRule('a unit\'s stacks', /^[A-Za-z][A-Za-z0-9-]*$/, 60, 'letters, digits and hyphens, starting with a letter');
  public static readonly FUNCTION = new NameRule('a Lambda function', /^[A-Za-z0-9-_]+$/, 64, 'letters, digits, hyphens and underscores');
  public static readonly TABLE = new NameRule('a DynamoDB table', /^[A-Za-z0-9_.-]{3,}$/, 255, 'letters, digits, hyphens, underscores and dots');
  public static readonly EVENT_BUS = new NameRule('an event bus', /^[A-Za-z0-9_.-]+$/, 256, 'letters, digits, hyphens, underscores and dots');
  public static readonly EVENT_RULE = new NameRule('an event rule', /^[A-Za-z0-9_.-]+$/, 64, 'letters, digits, hyphens, underscores and dots');
  public static readonly QUEUE = new NameRule('an SQS queue', /^[A-Za-z0-9-_]+$/, 80, 'letters, digits, hyphens and underscores');
  public static readonly STATE_MACHINE = new NameRule('a state machine', /^[A-Za-z0-9-_]+$/, 80, 'letters, digits, hyphens and underscores');
  public static readonly REST_API = new NameRule('a REST API', /^[A-Za-z0-9-_]+$/, 128, 'letters, digits, hyphens and underscores');
  public static readonly TRAIL = new NameRule('a trail', /^(?=.{3})[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/, 128, 'letters, digits, and between them single dots, underscores or hyphens');
  public static readonly DASHBOARD = new NameRule('a CloudWatch dashboard', /^[A-Za-z0-9-_]+$/, 255, 'letters, digits, hyphens and underscores');

  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  public static readonly ROLE = new NameRule('an IAM role', /^[A-Za-z0-9+=,.@_-]+$/, 64, 'letters, digits and any of +=,.@_-');

  private constructor(
    private readonly kind: string,
    private readonly pattern: RegExp,
    public readonly maxLength: number,
    private readonly characters: string,
  ) {}

  /** Returns whether the service accepts the name. */
  public accepts(name: string): boolean {
    return typeof name === 'string' && !Token.isUnresolved(name) && this.pattern.test(name) && name.length <= this.maxLength;
  }

  /** The names that the service accepts, for an error message. */
  public get allowed(): string {
    return `${this.characters}, at most ${this.maxLength} characters (the name of ${this.kind})`;
  }
}

/** Returns the physical name of a construct's resource, equal in every region: peers and other stacks find it without a reference. */
export function physicalName(owner: IConstruct, prefix: string, ids: string[], rule: NameRule): string {
  const name = [prefix, ...ids].join('-');
  if (!rule.accepts(name)) {
    throw invalidProp(owner, `id, which makes the physical name "${name}",`, owner.node.id, rule.allowed);
  }
  return name;
}

/** The characters that are left for the name of a region: the longest has 15. */
const REGION_LENGTH = 16;

const DIGEST_LENGTH = 8;

/**
 * Returns what the names of a function's roles begin with in every region; the name of the region follows. An account has one role of a name, in all regions. A function's name may be as long as a
 * role's: what does not fit is cut, and a digest of the whole name keeps it apart from others.
 */
export function roleNamePrefix(functionName: string): string {
  const length = NameRule.ROLE.maxLength - REGION_LENGTH - 1;
  if (functionName.length <= length) return `${functionName}-`;
  const digest = createHash('sha256').update(functionName, 'utf8').digest('hex').slice(0, DIGEST_LENGTH);
  return `${functionName.slice(0, length - DIGEST_LENGTH - 1)}-${digest}-`;
}
