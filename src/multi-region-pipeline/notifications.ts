import { EventField, EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { NotificationTarget } from '../observability/notification-target';

const EXECUTION = 'CodePipeline Pipeline Execution State Change';
const ACTION = 'CodePipeline Action Execution State Change';

/**
 * Publishes to a topic what somebody must look at: executions that failed, were stopped or roll back, and approvals that are pending.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function notify(scope: Construct, pipelineName: string, topic: ITopic): void {
  const target = new NotificationTarget(scope, topic);
  const execution = EventField.fromPath('$.detail.execution-id');
  const where = `Pipeline ${pipelineName} in ${EventField.fromPath('$.region')}`;
  const publish = (id: string, detailType: string, detail: EventPattern['detail'], text: string) => new Rule(scope, id, {
    description: `notifies of what needs a person in the pipeline ${pipelineName}`,
    eventPattern: { source: ['aws.codepipeline'], detailType: [detailType], detail: { pipeline: [pipelineName], ...detail } },
    targets: [target.of(`${where}: ${text}`)],
  });
  publish('Ended', EXECUTION, { state: ['FAILED', 'STOPPING', 'STOPPED', 'CANCELED'] },
    `execution ${execution} is ${EventField.fromPath('$.detail.state')}. What it had deployed before stays; see in the console which stage, and why.`);
  publish('RolledBack', EXECUTION, { 'state': ['STARTED'], 'execution-trigger': { 'trigger-type': ['AutomatedRollback', 'ManualRollback'] } },
    `execution ${execution} rolls a stage back to the version before. Regions of other stages keep what they have.`);
  publish('ApprovalNeeded', ACTION, { state: ['STARTED'], type: { category: ['Approval'] } },
    `execution ${execution} waits in ${EventField.fromPath('$.detail.stage')} for an approval.`);
}
