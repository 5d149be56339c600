import { Duration, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { Replica } from './replica';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { describe } from '../system/describe';
import { handlerBundle } from '../system/handler-bundle';
import { hostOf, Layout } from '../system/layout';
import { MultiRegionSystem } from '../system/multi-region-system';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { RegionalScope } from '../system/regional-scope';
import { SystemUnit } from '../system/system-unit';

const ID = 'StreamArn';

/** The handler answers by then, whatever happens. */
export const READER_TIMEOUT = Duration.minutes(1);

/** The function of one region. */
interface Reader {
  readonly fn: RegionalFunction;
  /** The ARN, of literals, for other stacks. */
  readonly arn: string;
}

/** The function that reads stream ARNs while a region is deployed: one in each region for all tables of a system, or of a unit, made when the first table needs it. */
export class StreamArnReader extends Construct {
  /** Returns the reader of a system, or of the unit that a construct is in. */
  public static of(scope: IConstruct): StreamArnReader {
    const host = hostOf(scope);
    const existing = host.node.tryFindChild(ID);
    return existing instanceof StreamArnReader ? existing : new StreamArnReader(host);
  }

  private readonly functionName: string;
  private readonly readers: PerRegion<Reader>;

  private constructor(host: MultiRegionSystem | SystemUnit) {
    super(host, ID);
    const layout = Layout.of(this);
    this.functionName = layout.physicalName(NameRule.FUNCTION);
    this.readers = layout.perRegion(scope => ({
      fn: this.functionIn(scope),
      arn: scope.functionArn(this.functionName),
    }));
    describe(this, 'function', () => ({ name: this.functionName, isLibrary: true }));
  }

  /** Lets the function of a replica's region describe the table, and returns the ARN by which custom resources of a scope call it. */
  public serviceTokenFor(scope: Construct, replica: Replica): string {
    const reader = this.readers.in(replica.region);
    reader.fn.allow(['dynamodb:DescribeTable'], [replica.tableArn]);
    const { function: fn } = reader.fn;
    return Stack.of(scope) === Stack.of(fn) ? fn.functionArn : reader.arn;
  }

  private functionIn(scope: RegionalScope): RegionalFunction {
    const fn = new RegionalFunction(scope.regional, {
      functionName: this.functionName,
      description: 'tells CloudFormation the ARN of a table\'s stream',
      code: Code.fromAsset(handlerBundle('global-table/stream-arn')),
      timeout: READER_TIMEOUT,
      memorySize: 256,
      logRetention: RetentionDays.ONE_MONTH,
      key: scope.key,
      withoutDeadLetterQueue: 'what it fails at, it tells CloudFormation, which fails the deployment that asked; and so does an answer that never comes',
    });
    acknowledge(
      fn.function,
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: 'CloudFormation waits for its answer, and fails the deployment without one' },
      ...regulatoryAcknowledgments('LambdaConcurrency', 'it runs while a region is deployed, once for each table'),
    );
    scope.connect(fn.function, fn.role, { internetAccess: false });
    return fn;
  }
}
