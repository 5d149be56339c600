import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { askingFunction, AskingProps } from './asking-function';
import { BakeQuestion, OPERATOR_WORD } from './constants';
import { DeploymentStage, SystemPlan, targetsOf } from './deployment-plan';
import { InvokeAction } from './invoke-action';

/**
 * Watches the alarms of the regions that a stage has deployed to, and fails the stage if one is in ALARM, which takes the stage back.
 *
 * It is an action behind the deployments, and CodePipeline asks its function again and again until it says that it is done: nothing is paid for in between.
 */
export class Bake extends Construct {
  public readonly function: IFunction;
  private readonly plan: SystemPlan;

  constructor(scope: Construct, id: string, props: AskingProps) {
    super(scope, id);
    this.plan = props.plan;
    this.function = askingFunction(this, { ...props, description: `watches regions of ${props.plan.system.namePrefix} after a deployment`, handler: 'bake' }).function;
  }

  /** Returns the action that watches what a stage has deployed. */
  public action(stage: DeploymentStage, runOrder: number): InvokeAction {
    const { bake, areAlarmsNamed } = this.plan;
    const question: BakeQuestion = {
      ...OPERATOR_WORD, stage: stage.name, targets: targetsOf(stage), minutes: bake.toMinutes(), named: areAlarmsNamed,
    };
    return new InvokeAction({ actionName: 'Bake', runOrder, function: this.function, question });
  }
}
