import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { consolePage } from '../observability/console';
import { CustomNotification } from '../observability/custom-notification';
import { NotificationTarget } from '../observability/notification-target';
import { AlarmSubscription } from '../system/alarm-subscription';
import { admitPublishers, messageTopic } from '../system/message-topic';
import { regionalMetric } from '../system/metrics';
import { queueMetric } from '../system/queue-metrics';

const EXECUTION = 'CodePipeline Pipeline Execution State Change';
const ACTION = 'CodePipeline Action Execution State Change';

export interface PipelineTopicProps {
  readonly pipelineName: string;
  /** A topic of the user's, of the same stack or imported into it. */
  readonly topic?: ITopic;
  /** The subscribers of the pipeline's own topic. */
  readonly subscriptions: AlarmSubscription[];
  /** The user's key for the pipeline's own topic. */
  readonly key?: IKey;
}

/** Returns the topic that a pipeline notifies. Unless the user gives one, it is in the pipeline's stack: there before anything is deployed, and whatever becomes of that. */
export function pipelineTopic(scope: Construct, { pipelineName, topic, subscriptions, key }: PipelineTopicProps): ITopic {
  if (topic) {
    admitPublishers(topic);
    return topic;
  }
  return messageTopic(new Construct(scope, 'Notifications'), {
    topicName: `${pipelineName}-notifications`, region: Stack.of(scope).region, subscriptions, key, prop: 'notificationSubscriptions',
  });
}

/**
 * Publishes to a topic what somebody must look at: executions that failed, were stopped or roll back, and approvals that are pending.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function notify(scope: Construct, pipelineName: string, topic: ITopic): void {
  const stack = Stack.of(scope);
  const { region } = stack;
  const pipelineArn = stack.formatArn({ service: 'codepipeline', resource: pipelineName });
  const target = new NotificationTarget(scope, topic);
  const execution = EventField.fromPath('$.detail.execution-id');
  const where = `Execution ${execution} of the pipeline ${pipelineName} in ${region}`;
  const look = `See which action it was, and why: \`aws codepipeline list-action-executions --region ${region} --pipeline-name ${pipelineName} --filter pipelineExecutionId=${execution}\``;
  // the link that CodePipeline itself sends with an approval
  const page = consolePage('codepipeline', region, `/view/${pipelineName}`);
  const publish = (id: string, detailType: string, detail: EventPattern['detail'], message: Pick<CustomNotification, 'title' | 'description' | 'nextSteps' | 'eventType'>) => new Rule(scope, id, {
    description: `notifies of what needs a person in the pipeline ${pipelineName}`,
    eventPattern: { source: ['aws.codepipeline'], detailType: [detailType], detail: { pipeline: [pipelineName], ...detail } },
    targets: [target.of({ ...message, relatedResources: [pipelineArn], thread: { id: `${pipelineName}/${execution}`, summary: where } })],
  });
  publish('Ended', EXECUTION, { state: ['FAILED', 'STOPPING', 'STOPPED', 'CANCELED'] }, {
    title: `Pipeline ${pipelineName}: ${EventField.fromPath('$.detail.state')}`,
    description: `${where} is ${EventField.fromPath('$.detail.state')}. What it had deployed before stays.`,
    nextSteps: [look],
    eventType: 'PipelineExecutionEnded',
  });
  publish('RolledBack', EXECUTION, { 'state': ['STARTED'], 'execution-trigger': { 'trigger-type': ['AutomatedRollback', 'ManualRollback'] } }, {
    title: `Pipeline ${pipelineName} rolls a stage back`,
    description: `${where} rolls a stage back to the version before. Regions of other stages keep what they have.`,
    nextSteps: [look, 'If customers suffer meanwhile, evacuate the region.'],
    eventType: 'PipelineRollback',
  });
  publish('ApprovalNeeded', ACTION, { state: ['STARTED'], type: { category: ['Approval'] } }, {
    title: `Pipeline ${pipelineName} needs an approval`,
    description: `${where} waits in the stage ${EventField.fromPath('$.detail.stage')} for somebody to approve or reject it.`,
    nextSteps: [`Review the commit, then approve or reject${page ? `: ${page}` : ' in the console of CodePipeline'}`],
    eventType: 'PipelineApproval',
  });
  alarmOnUndelivered(scope, pipelineName, topic, target);
}

/** Creates an alarm on notifications that were not delivered. CloudWatch may still be able to publish where EventBridge was not. */
function alarmOnUndelivered(scope: Construct, pipelineName: string, topic: ITopic, { deadLetterQueue }: NotificationTarget): void {
  const { region } = Stack.of(scope);
  new Alarm(scope, 'Undelivered', {
    alarmDescription: `Notifications of the pipeline ${pipelineName} did not get to their topic in ${region}. `
      + `Look at the pipeline for what waits or failed; the messages' ERROR_MESSAGE in ${deadLetterQueue.queueName} gives the cause. Fix it, then purge the queue.`,
    metric: regionalMetric(region, queueMetric(deadLetterQueue.queueName, 'ApproximateNumberOfMessagesVisible')),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(new SnsAction(topic));
}
