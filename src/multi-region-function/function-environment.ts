import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const NAME = /^[a-zA-Z][a-zA-Z0-9_]+$/;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = [
  'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_RUNTIME_API', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR', 'LAMBDA_TASK_ROOT',
];

/** The variables that a function was given in one region, checked against what Lambda accepts. */
export class FunctionEnvironment {
  private readonly variables = new Map<string, string>();

  constructor(private readonly owner: IConstruct) {}

  /** Adds a variable; throws if Lambda does not accept its name, its value, or all of them together. */
  public add(name: string, value: string, prop = 'environment'): void {
    const { owner } = this;
    if (!NAME.test(name)) {
      throw invalidProp(owner, prop, name, 'names of at least two letters, digits and underscores that begin with a letter');
    }
    if (RESERVED.includes(name)) {
      throw invalidProp(owner, prop, name, `other names than those that Lambda sets itself: ${RESERVED.join(', ')}`);
    }
    if (typeof value !== 'string') {
      throw invalidProp(owner, `${prop}.${name}`, value, 'a string');
    }
    this.variables.set(name, value);
    const size = this.size;
    if (size > MOST_BYTES) {
      throw invalidProp(owner, prop, `${size} bytes with ${name}`, `at most ${MOST_BYTES} bytes of names and values, as JSON; keep more in a parameter or a file, and give its name`);
    }
  }

  /** All variables, or nothing if there are none. */
  public get all(): { [name: string]: string } | undefined {
    return this.variables.size > 0 ? Object.fromEntries(this.variables) : undefined;
  }

  /** As Lambda measures it: the JSON of names and values. What is known at deployment only counts as nothing. */
  private get size(): number {
    const known = [...this.variables].map(([name, value]) => [name, Token.isUnresolved(value) ? '' : value]);
    return Buffer.byteLength(JSON.stringify(Object.fromEntries(known)), 'utf8');
  }
}
