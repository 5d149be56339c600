import { SecretValue, Token } from 'aws-cdk-lib';
import { CfnApiKey, CfnUsagePlan, CfnUsagePlanKey, Period } from 'aws-cdk-lib/aws-apigateway';
import { Construct, IConstruct } from 'constructs';
import { RegionalApi } from './regional-api';
import { invalidProp, requireLiteral } from '../system/errors';

/** Properties of a usage plan of a `MultiRegionApi`. */
export interface ApiUsagePlanProps {
  /**
   * The secrets that hold the API keys, by the name of the customer: each the name of a secret of AWS Secrets Manager whose whole value is the key, 20 to 128 letters and digits.
   *
   * The secret must be there under that name in every region before the system is deployed, as a secret with replicas is: so a customer has one key, which is good in whatever region answers. It is read when the key is made, and its value is in no template. A
   * changed secret changes no key: add another customer name with another secret, and remove the first when the customer has moved.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
   */
  readonly apiKeySecrets: { [customer: string]: string };

  /**
   * Requests a second that a key may make in each region, in the long run, above 0.
   *
   * @default - as the API
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests at once that a key may make in each region, a whole number above 0.
   *
   * @default - as the API
   */
  readonly throttlingBurstLimit?: number;

  /**
   * Requests that a key may make in a period, in each region: regions do not know each other's counts, so a customer who is led to another region begins anew there.
   *
   * @default - no quota
   */
  readonly quotaLimit?: number;

  /**
   * The period of the quota.
   *
   * @default Period.MONTH
   */
  readonly quotaPeriod?: Period;
}

/** Throws unless API Gateway would take a usage plan beside others with these secrets. */
export function requireUsagePlan(owner: IConstruct, { apiKeySecrets, ...props }: ApiUsagePlanProps, taken: string[]): void {
  const secrets = Object.entries(apiKeySecrets ?? {});
  if (secrets.length === 0) throw invalidProp(owner, 'apiKeySecrets', apiKeySecrets, 'at least one secret, by the name of the customer');
  for (const [customer, secret] of secrets) {
    requireLiteral(owner, 'customer of apiKeySecrets', customer, /^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, underscores and hyphens, at most 64');
    requireLiteral(owner, `apiKeySecrets of ${customer}`, secret, /^[A-Za-z0-9/_+=.@-]{1,512}$/, 'the literal name of a secret that every region has, such as orders/api-keys/acme, and no ARN, which names one region');
  }
  const names = secrets.map(([, secret]) => secret);
  if (new Set([...names, ...taken]).size < names.length + taken.length) throw invalidProp(owner, 'apiKeySecrets', names, 'each secret once, because two keys of one value are the same key to API Gateway');
  if (props.quotaPeriod !== undefined && props.quotaLimit === undefined) throw invalidProp(owner, 'quotaPeriod', props.quotaPeriod, 'only with quotaLimit');
  const { throttlingRateLimit, throttlingBurstLimit, quotaLimit } = props;
  for (const [prop, value] of Object.entries({ throttlingRateLimit, throttlingBurstLimit, quotaLimit })) {
    if (value === undefined) continue;
    const isWhole = prop === 'throttlingRateLimit' || Number.isInteger(value);
    if (Token.isUnresolved(value) || !isWhole || !(value > 0 && value < Infinity)) {
      throw invalidProp(owner, prop, value, `a literal ${prop === 'throttlingRateLimit' ? '' : 'whole '}number above 0`);
    }
  }
}

/** Creates a usage plan of the API of one region, and its keys, which are equal in every region. */
export function usagePlanIn(scope: Construct, api: RegionalApi, name: string, props: ApiUsagePlanProps): void {
  const { restApi } = api;
  const { throttlingRateLimit: rateLimit, throttlingBurstLimit: burstLimit, quotaLimit, quotaPeriod = Period.MONTH } = props;
  const plan = new CfnUsagePlan(scope, 'UsagePlan', {
    usagePlanName: name,
    apiStages: [{ apiId: restApi.restApiId, stage: restApi.deploymentStage.stageName }],
    throttle: rateLimit === undefined && burstLimit === undefined ? undefined : { rateLimit, burstLimit },
    quota: quotaLimit === undefined ? undefined : { limit: quotaLimit, period: quotaPeriod },
  });
  for (const [customer, secret] of Object.entries(props.apiKeySecrets)) {
    // a dynamic reference, which CloudFormation resolves by the region's own replica of the secret
    const value = SecretValue.secretsManager(secret).unsafeUnwrap();
    const key = new CfnApiKey(scope, `Key-${customer}`, { name: `${name}-${customer}`, enabled: true, value });
    new CfnUsagePlanKey(scope, `PlanKey-${customer}`, { keyId: key.ref, keyType: 'API_KEY', usagePlanId: plan.ref });
  }
}
