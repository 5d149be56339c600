import { Names, Resource, Stack, Stage, Token } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopic, ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ChatChannel } from './chat-channel';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { inlineRole } from '../system/inline-role';
import { MultiRegionSystem } from '../system/multi-region-system';
import { refuseMissingTypes } from '../system/regional-types';

/** Properties of an `AlarmChat`. */
export interface AlarmChatProps {
  /** The channel that alarms and other notifications write to. */
  readonly channel: ChatChannel;

  /**
   * The systems whose alarms write to it, of the stack's account. A channel has one configuration in an account: name all of them here.
   *
   * @default - none
   */
  readonly systems?: MultiRegionSystem[];

  /**
   * Further topics of the stack's account that write to it, such as `notificationTopic` and `standbyNotificationTopic` of a `MultiRegionPipeline`. Alarms and events of AWS services are shown, and
   * messages in the format of custom notifications, which all of this library's are.
   *
   * Of another stack: a topic with a literal name, in a stack of the same stage with a literal region, after which this one is deployed; anything else by `Topic.fromTopicArn`.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
   */
  readonly topics?: ITopic[];
}

/**
 * A chat channel that the alarms of all regions write to, by Amazon Q Developer in chat applications.
 *
 * Put it into a stack of your own. It names the alarm topics of every region, and those must be there before: so its stack is deployed after the
 * regional stacks, and once more when a region joins. No region waits for it, nor does it wait for the mesh stacks. Members of the channel can look at metrics and
 * alarms, and can do nothing else, whatever their own roles allow.
 *
 * No cost of its own. The chat service is not of any of your regions and does not say what it does when one of its own fails: subscribe a mailbox or an
 * on-call service as well, by `alarmSubscriptions` of systems and `notificationSubscriptions` of pipelines. The topics' keys need not know it, because SNS decrypts what it delivers.
 *
 * It is in no region of China, and in none of GovCloud: the synthesis says so.
 *
 * Throws if its stack is one of a system, or of another stage or account than a system or a topic, if there is neither a system nor a topic, or no such channel, or if a topic of another stack cannot be
 * named there.
 *
 * An example, what it defines, what it costs, and its limits: [alarm chat](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/alarm-chat.md).
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/what-is.html
 */
export class AlarmChat extends Construct {
  constructor(scope: Construct, id: string, props: AlarmChatProps) {
    super(scope, id);
    const { channel, systems = [], topics = [] } = props;
    const stack = Stack.of(this);
    if (!(channel instanceof ChatChannel)) throw invalidProp(this, 'channel', channel, 'a ChatChannel, such as ChatChannel.slack()');
    if (systems.length + topics.length === 0) {
      throw invalidProp(this, 'systems', systems, 'at least one, or one of topics');
    }
    systems.forEach(system => this.requireBeside(system, stack));
    refuseMissingTypes(this, () => this.regionOf(stack, systems).map(region => ({ stack, region })));

    const policy = new ManagedPolicy(this, 'Watching', {
      description: 'what members of the chat channel can do',
      statements: [new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:GetMetricWidgetImage', 'cloudwatch:ListMetrics'],
        resources: ['*'],
      })],
    });
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch\'s actions for reading metrics know no resources' });
    const role = inlineRole(this, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com'), description: 'members of the chat channel', managedPolicies: [policy] });
    channel._configure(this, {
      configurationName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      iamRoleArn: role.roleArn,
      // else a member could do what a role of theirs allows, up to administration
      guardrailPolicies: [policy.managedPolicyArn],
      loggingLevel: 'ERROR',
      snsTopicArns: [...systems.flatMap(system => this.alarmTopicsOf(system, stack)), ...topics.map((topic, i) => this.arnOf(topic, `topics[${i}]`, stack))],
    });
  }

  private regionOf(stack: Stack, [system]: MultiRegionSystem[]): string[] {
    return Token.isUnresolved(stack.region) ? system ? [system.primaryRegion] : [] : [stack.region];
  }

  private alarmTopicsOf(system: MultiRegionSystem, stack: Stack): string[] {
    return system.regions.map(region => {
      system.alarmTopicIn(region);
      stack.addStackDependency(system.stackIn(region), 'topics exist before the channel names them');
      return stack.formatArn({ service: 'sns', region, resource: system.alarmTopicName });
    });
  }

  /** Returns the ARN of a topic; one that another stack creates is named by literals, so that it can be replaced without this stack. */
  private arnOf(topic: ITopic, prop: string, stack: Stack): string {
    const { account, region } = topic.env;
    if (!Token.isUnresolved(account) && !Token.isUnresolved(stack.account) && account !== stack.account) {
      throw invalidProp(this, prop, topic.node.path, `topics of the account of ${stack.node.path}, ${stack.account}; this one is of ${account}`);
    }
    const owner = Stack.of(topic);
    if (owner === stack || !Resource.isOwnedResource(topic)) return topic.topicArn;
    const { topicName } = topic.node.defaultChild as CfnTopic;
    if (Stage.of(owner) !== Stage.of(this)) {
      throw invalidProp(this, prop, topic.node.path, `topics of the stage that this construct is in, or Topic.fromTopicArn in ${stack.node.path}`);
    }
    if (topicName === undefined || Token.isUnresolved(topicName) || Token.isUnresolved(region)) {
      throw invalidProp(this, prop, topic.node.path, `topics with a literal topicName, in a stack with a literal region, or Topic.fromTopicArn in ${stack.node.path}`);
    }
    stack.addStackDependency(owner, 'topics exist before the channel names them');
    return stack.formatArn({ service: 'sns', region, resource: topicName });
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
