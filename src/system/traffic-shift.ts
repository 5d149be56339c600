import { CfnCondition, CfnOutput, CfnParameter, Fn, ICfnConditionExpression, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The name of the parameter, for whoever deploys, and what it may be. */
export const TRAFFIC_SHIFT = 'TrafficShift';
export const GRADUAL = 'GRADUAL';
export const AT_ONCE = 'AT_ONCE';

const ID = 'Traffic';

/**
 * The parameter of a regional stack that says how traffic moves to new versions in one deployment.
 *
 * CodeDeploy stops a deployment at once while one of its alarms is in ALARM, whoever caused it. So while a bad version errs, neither the good one gets back in nor a better one gets in. A deployment that takes a
 * version back, or cures, gets `AT_ONCE`: all traffic moves at once, and no alarm stops it. It is no property, since the template to go back to is written already.
 *
 * CloudFormation keeps a parameter's value until it is given another one.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
 */
export class TrafficShift extends Construct {
  /** Returns the one of a stack, which is made if it is not there. */
  public static of(stack: Stack): TrafficShift {
    return (stack.node.tryFindChild(ID) as TrafficShift | undefined) ?? new TrafficShift(stack);
  }

  private readonly parameter: CfnParameter;
  private isAtOnce?: CfnCondition;

  private constructor(stack: Stack) {
    super(stack, ID);
    this.parameter = new CfnParameter(this, 'Shift', {
      description: 'AT_ONCE moves all traffic to new versions at once, and no alarm stops it: for a rollback or a cure. The value stays until another one is given',
      default: GRADUAL,
      allowedValues: [GRADUAL, AT_ONCE],
    });
    this.parameter.overrideLogicalId(TRAFFIC_SHIFT);
    // the CDK CLI prints it, so that nobody leaves AT_ONCE in force without seeing it
    new CfnOutput(this, 'Shifted', { description: 'how traffic moved to new versions in the last deployment', value: this.parameter.valueAsString })
      .overrideLogicalId(`${TRAFFIC_SHIFT}ed`);
  }

  /** Returns an expression with one value in a deployment that moves traffic at once, and another in all others. */
  public choose(atOnce: unknown, gradually: unknown): ICfnConditionExpression {
    this.isAtOnce ??= this.condition();
    return Fn.conditionIf(this.isAtOnce.logicalId, atOnce, gradually);
  }

  private condition(): CfnCondition {
    const condition = new CfnCondition(this, 'IsAtOnce', { expression: Fn.conditionEquals(this.parameter.valueAsString, AT_ONCE) });
    condition.overrideLogicalId(`${TRAFFIC_SHIFT}IsAtOnce`);
    return condition;
  }
}
