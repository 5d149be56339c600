import { Stack } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { askingFunction, AskingProps } from './asking-function';
import { DEPLOYING_STAGES, GateQuestion, OPERATOR_WORD } from './constants';
import { DeploymentStage, isForeign, targetsOf } from './deployment-plan';
import { InvokeAction } from './invoke-action';
import { CONTROL_TABLE_NAME, controlTableName } from '../evacuation-switch/constants';

/**
 * Refuses to let an execution into a region while another one is evacuated, while an alarm is in ALARM, or while it cannot know; and lets it wait while another execution is deploying.
 *
 * It is asked in a stage of its own, in front of the one that deploys, so that a refusal takes nothing back. A rollback is of the deploying stage alone, so it asks nothing.
 */
export class DeploymentGate extends Construct {
  public readonly function: IFunction;

  constructor(scope: Construct, id: string, props: AskingProps) {
    super(scope, id);
    const { plan, regions } = props;
    const stack = Stack.of(this);
    const tableName = controlTableName(plan.system.namePrefix);
    const fn = askingFunction(this, {
      ...props,
      description: `answers whether a region of ${plan.system.namePrefix} may be deployed to`,
      handler: 'deployment-gate',
      environment: { [CONTROL_TABLE_NAME]: tableName, [DEPLOYING_STAGES]: JSON.stringify(plan.stages.map(({ name }) => name)) },
    });
    if (!isForeign(plan.system, stack)) {
      fn.allow(['dynamodb:GetItem'], regions.map(region => stack.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName })));
    }
    this.function = fn.function;
  }

  /** Returns the action that asks for a stage. */
  public action(stage: DeploymentStage): InvokeAction {
    const question: GateQuestion = { ...OPERATOR_WORD, stage: stage.name, targets: targetsOf(stage) };
    return new InvokeAction({ actionName: 'Gate', function: this.function, question });
  }
}
