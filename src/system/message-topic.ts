import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { AlarmSubscription } from './alarm-subscription';
import { removalPolicyOf } from './removal';

export interface MessageTopicProps {
  readonly topicName: string;
  readonly region: string;
  readonly subscriptions: AlarmSubscription[];
  /** @default - one of its own */
  readonly key?: IKey;
  /** The prop that gives the subscriptions, for errors. */
  readonly prop: string;
}

/** Creates a topic for messages to people, from alarms and from rules of EventBridge: encrypted with the user's key or one of its own, by TLS only. The policy of the user's key is theirs. */
export function messageTopic(scope: Construct, { topicName, region, subscriptions, prop, key }: MessageTopicProps): Topic {
  const masterKey = key ?? ownKey(scope, `encrypts what ${topicName} sends in ${region}`);
  const topic = new Topic(scope, 'Topic', { topicName, masterKey, enforceSSL: true });
  admitPublishers(topic);
  subscriptions.forEach(subscription => acknowledge(topic.addSubscription(subscription._bind(scope, prop)), {
    id: 'Serverless-SNSRedrivePolicy',
    reason: 'SNS reports a message that it could not deliver by a metric only, and an alarm on that would go the same way; what the message was about, an alarm or a pipeline, still shows its state',
  }));
  return topic;
}

function ownKey(scope: Construct, description: string): Key {
  const key = new Key(scope, 'Key', { enableKeyRotation: true, description, removalPolicy: removalPolicyOf(scope) });
  // an AWS managed key could not be opened to services that publish
  publishersIn(Stack.of(scope)).forEach(service => key.grantEncryptDecrypt(service));
  return key;
}

/** Lets alarms of the topic's account and rules of EventBridge publish. The policy of an imported topic is its owner's. */
export function admitPublishers(topic: ITopic): void {
  publishersIn(Stack.of(topic)).forEach(service => topic.grantPublish(service));
}

function publishersIn({ account }: Stack): ServicePrincipal[] {
  return [
    new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
    // EventBridge tells neither SNS nor KMS which account it acts for: with a condition, nothing would be delivered
    new ServicePrincipal('events.amazonaws.com'),
  ];
}
