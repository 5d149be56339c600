import { ActionCategory, ActionConfig } from 'aws-cdk-lib/aws-codepipeline';
import { Action } from 'aws-cdk-lib/aws-codepipeline-actions';
import { IFunction } from 'aws-cdk-lib/aws-lambda';

export interface InvokeActionProps {
  readonly actionName: string;
  readonly runOrder?: number;
  readonly function: IFunction;
  /** The question to the function. */
  readonly question: object;
}

/**
 * An action that invokes a function, by permissions that are already there: the CDK's own would give the function and the pipeline's role wildcards.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html
 */
export class InvokeAction extends Action {
  constructor(private readonly props: InvokeActionProps) {
    super({
      actionName: props.actionName,
      runOrder: props.runOrder,
      category: ActionCategory.INVOKE,
      provider: 'Lambda',
      artifactBounds: { minInputs: 0, maxInputs: 5, minOutputs: 0, maxOutputs: 5 },
    });
  }

  protected bound(): ActionConfig {
    return { configuration: { FunctionName: this.props.function.functionName, UserParameters: JSON.stringify(this.props.question) } };
  }
}
