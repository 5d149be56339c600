import { STSClient } from '@aws-sdk/client-sts';
import { Signer, signedQuery } from './signed-query';
import { RegionAccess } from '../../operate/region-access';

/** The number of subscriptions of a topic. */
export interface TopicSubscriptions {
  readonly confirmed: number;
  /** Those that nobody has confirmed yet, so that they get nothing. */
  readonly pending: number;
}

/**
 * Asks SNS how many subscriptions a topic has, by its Query API, for which no client is needed. Throws if there is no such topic.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
 */
export async function topicSubscriptions(access: RegionAccess, topicName: string): Promise<TopicSubscriptions> {
  const { region } = access;
  const { accountId, arn } = await access.identity();
  const [, partition] = arn.split(':');
  const host = `sns.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const { config } = await access.client(STSClient) as unknown as { readonly config: { credentials(): Promise<Signer> } };
  const parameters = { Action: 'GetTopicAttributes', Version: '2010-03-31', TopicArn: `arn:${partition}:sns:${region}:${accountId}:${topicName}` };
  const { path, headers } = signedQuery({ service: 'sns', region, host, parameters }, await config.credentials(), new Date());
  const { status, body } = await access.ask(host, path, { headers });
  if (status !== 200) throw Object.assign(new Error(valueIn(body, 'Message') ?? `SNS answers ${status}`), { name: valueIn(body, 'Code') ?? 'Error' });
  return readSubscriptions(body);
}

/** Reads the answer of SNS. */
export function readSubscriptions(body: string): TopicSubscriptions {
  const count = (key: string) => Number(new RegExp(`<key>${key}</key>\\s*<value>(\\d+)</value>`).exec(body)?.[1] ?? Number.NaN);
  const [confirmed, pending] = [count('SubscriptionsConfirmed'), count('SubscriptionsPending')];
  if (Number.isNaN(confirmed) || Number.isNaN(pending)) throw new Error('SNS does not say how many subscriptions there are');
  return { confirmed, pending };
}

const valueIn = (xml: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
