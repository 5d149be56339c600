import { Duration } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { ConsumedConcurrency } from './consumed-concurrency';
import { LiveReference } from './live-alias-target';
import { IMultiRegionGrantable } from '../system/grantable';
import { ISubscriptionTarget } from '../system/subscription-target';

/**
 * A Lambda function in every region of a system, made by it (`MultiRegionFunction`) or known to it (`MultiRegionFunction.fromFunctions` and `MultiRegionFunction.fromFunctionName`). Not for classes of yours to implement.
 */
export interface IMultiRegionFunction extends IConstruct, IMultiRegionGrantable, ISubscriptionTarget {
  /** The name; where names differ, that of the function in the primary region. */
  readonly functionName: string;

  /** The time that an invocation may take, if it is known. @internal */
  readonly _timeout?: Duration;

  /** The reserved concurrency, if it has any that is known. @internal */
  readonly _reservedConcurrentExecutions?: number;

  /** @internal */
  readonly _consumedConcurrency: ConsumedConcurrency;

  /** Returns the function or alias that is invoked in one region, for use in that region's stack; throws if it is not a region of the system. */
  inRegion(region: string): IFunction;

  /** Returns the target of invocations in one region, for whatever invokes it there: by reference within its stack, by literal ARN in all others. @internal */
  _liveFor(region: string): LiveReference;
}
