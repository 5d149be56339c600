import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalidProp } from '../system/errors';

/** The way in which executions move to a new version of a workflow, within each region. */
export class WorkflowDeployment {
  /**
   * Runs the new version for a part of the new executions first, then for all.
   *
   * @param percentage of new executions, from 1 to 99
   * @param interval for which that part is watched, in whole minutes, from 1 minute to 35 hours
   */
  public static canary(percentage: number, interval: Duration): WorkflowDeployment {
    return new WorkflowDeployment('CANARY', percentage, interval);
  }

  /**
   * Runs the new version for a further part of the new executions at each interval.
   *
   * @param percentage of new executions, from 1 to 99
   * @param interval between two steps, in whole minutes, from 1 minute to 35 hours
   */
  public static linear(percentage: number, interval: Duration): WorkflowDeployment {
    return new WorkflowDeployment('LINEAR', percentage, interval);
  }

  /** Runs the new version for all new executions at once; nothing rolls back. */
  public static allAtOnce(): WorkflowDeployment {
    return new WorkflowDeployment('ALL_AT_ONCE');
  }

  private constructor(private readonly type: string, private readonly percentage?: number, private readonly interval?: Duration) {}

  /** @internal */
  public _require(owner: Construct): void {
    if (this.percentage !== undefined && (!Number.isInteger(this.percentage) || this.percentage < 1 || this.percentage > 99)) {
      throw invalidProp(owner, 'deployment: percentage', this.percentage, 'a whole number from 1 to 99');
    }
    // what is known at deployment only cannot be told in minutes
    const minutes = this.interval?.isUnresolved() ? NaN : this.interval?.toMinutes({ integral: false });
    if (minutes !== undefined && (!Number.isInteger(minutes) || minutes < 1 || minutes > 2100)) {
      throw invalidProp(owner, 'deployment: interval', this.interval!.toHumanString(), 'whole minutes, from 1 minute to 35 hours');
    }
  }

  /**
   * Returns the deployment preference of an alias, as CloudFormation writes it.
   * @internal
   */
  public _preference(stateMachineVersionArn: string, alarms: string[]): object {
    return {
      StateMachineVersionArn: stateMachineVersionArn,
      Type: this.type,
      Percentage: this.percentage,
      Interval: this.interval?.toMinutes(),
      // CloudFormation takes no empty list
      Alarms: this.type === 'ALL_AT_ONCE' || alarms.length === 0 ? undefined : alarms,
    };
  }
}
