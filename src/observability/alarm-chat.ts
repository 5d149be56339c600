import { Names, Stack, Stage, Token } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ChatChannel } from './chat-channel';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { inlineRole } from '../system/inline-role';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Properties of an `AlarmChat`. */
export interface AlarmChatProps {
  /** The channel that alarms write to. */
  readonly channel: ChatChannel;

  /** The systems whose alarms write to it, of one account. A channel has one configuration in an account: name all of them here. */
  readonly systems: MultiRegionSystem[];
}

/**
 * A chat channel that the alarms of all regions write to, by Amazon Q Developer in chat applications.
 *
 * Put it into a stack of your own. It names the alarm topics of every region, and those must be there before: so its stack is deployed after the
 * regional stacks, and once more when a region joins. No region waits for it, nor does it wait for the mesh stacks. Members of the channel can look at metrics and
 * alarms, and can do nothing else, whatever their own roles allow.
 *
 * No cost of its own. The chat service is not of any of your regions and does not say what it does when one of its own fails: subscribe a mailbox or an
 * on-call service as well, by `alarmSubscriptions`. The topics' keys need not know it, because SNS decrypts what it delivers.
 *
 * Throws if its stack is one of a system, or of another stage or account than a system, or if there is no system or no such channel.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/what-is.html
 */
export class AlarmChat extends Construct {
  constructor(scope: Construct, id: string, props: AlarmChatProps) {
    super(scope, id);
    const stack = Stack.of(this);
    if (props.systems.length === 0) {
      throw invalidProp(this, 'systems', props.systems, 'at least one');
    }
    props.systems.forEach(system => this.requireBeside(system, stack));

    const policy = new ManagedPolicy(this, 'Watching', {
      description: 'what members of the chat channel can do',
      statements: [new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:GetMetricWidgetImage', 'cloudwatch:ListMetrics'],
        resources: ['*'],
      })],
    });
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch\'s actions for reading metrics know no resources' });
    const role = inlineRole(this, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com'), description: 'members of the chat channel', managedPolicies: [policy] });
    props.channel._configure(this, {
      configurationName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      iamRoleArn: role.roleArn,
      // else a member could do what a role of theirs allows, up to administration
      guardrailPolicies: [policy.managedPolicyArn],
      loggingLevel: 'ERROR',
      snsTopicArns: props.systems.flatMap(system => system.regions.map(region => {
        system.alarmTopicIn(region);
        stack.addStackDependency(system.stackIn(region), 'topics exist before the channel names them');
        return stack.formatArn({ service: 'sns', region, resource: system.alarmTopicName });
      })),
    });
  }

  private requireBeside(system: MultiRegionSystem, stack: Stack): void {
    const show = `the system ${system.node.path}`;
    if (this.node.scopes.includes(system)) {
      throw invalidProp(this, 'scope', stack.node.path, `a stack outside of ${show}, because its topics must exist before`);
    }
    if (Stage.of(this) !== Stage.of(system)) {
      throw invalidProp(this, 'systems', system.node.path, 'systems of the stage that this construct is in');
    }
    if (system._account !== undefined && !Token.isUnresolved(stack.account) && system._account !== stack.account) {
      throw invalidProp(this, 'systems', system.node.path, `systems of the account of ${stack.node.path}, ${stack.account}; this one is of ${system._account}`);
    }
  }
}
