import { ArnFormat, Size } from 'aws-cdk-lib';
import { Stage } from 'aws-cdk-lib/aws-apigateway';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';
import { RegionalScope } from '../system/regional-scope';
import { removalPolicyOf } from '../system/removal';

/** The action of a web ACL on a request that it matches. */
export enum WebAclAction {
  /** The request is answered with an error. */
  BLOCK = 'BLOCK',
  /** The request is counted in a metric and let through, to try a rule before it hurts. */
  COUNT = 'COUNT',
}

/** The web ACL in front of each region's API. */
export interface WebAclOptions {
  /**
   * Whether there is one. Without it, the API is open to floods and common attacks, and a finding of AwsSolutions is acknowledged.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * AWS's managed rule groups. Each costs about 1 USD a month and region.
   *
   * @default ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet']
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
   */
  readonly managedRuleGroups?: string[];

  /**
   * The action of the managed rule groups.
   *
   * @default WebAclAction.BLOCK
   */
  readonly managedRuleAction?: WebAclAction;

  /**
   * Requests that one address may make in 5 minutes, at least 10.
   *
   * @default 2000
   */
  readonly rateLimit?: number;

  /**
   * The action on an address above the rate limit: a 429, or it is counted.
   *
   * @default WebAclAction.BLOCK
   */
  readonly rateLimitAction?: WebAclAction;

  /**
   * The largest body that is let through, whole kibibytes from 1 to 64. A larger one gets a 413. Above 16 KiB, AWS WAF inspects at an extra charge per request.
   *
   * @default Size.kibibytes(16)
   */
  readonly payloadLimit?: Size;
}

const MANAGED_RULE_GROUPS = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];
const COMMON_RULE_SET = 'AWSManagedRulesCommonRuleSet';

/** How much of a body AWS WAF can inspect, in KiB. */
const INSPECTION_LIMITS = [16, 32, 48, 64];

/**
 * The options of a web ACL with defaults, checked.
 * @internal
 */
export class WebAclSettings {
  public readonly enabled: boolean;
  private readonly managedRuleGroups: string[];
  private readonly managedRuleAction: WebAclAction;
  private readonly rateLimit: number;
  private readonly rateLimitAction: WebAclAction;
  private readonly payloadLimit: number;

  constructor(owner: IConstruct, options: WebAclOptions = {}) {
    this.enabled = options.enabled ?? true;
    this.managedRuleGroups = options.managedRuleGroups ?? MANAGED_RULE_GROUPS;
    this.managedRuleAction = options.managedRuleAction ?? WebAclAction.BLOCK;
    this.rateLimit = options.rateLimit ?? 2000;
    this.rateLimitAction = options.rateLimitAction ?? WebAclAction.BLOCK;
    this.payloadLimit = (options.payloadLimit ?? Size.kibibytes(16)).toBytes() / 1024;
    if (!Number.isInteger(this.rateLimit) || this.rateLimit < 10) {
      throw invalidProp(owner, 'webAcl.rateLimit', this.rateLimit, 'a whole number of at least 10');
    }
    if (!Number.isInteger(this.payloadLimit) || this.payloadLimit < 1 || this.payloadLimit > 64) {
      throw invalidProp(owner, 'webAcl.payloadLimit', `${this.payloadLimit} KiB`, 'whole kibibytes from 1 to 64');
    }
    const twice = this.managedRuleGroups.find((group, i) => this.managedRuleGroups.indexOf(group) !== i || !/^[A-Za-z0-9_-]{1,128}$/.test(group));
    if (twice !== undefined) {
      throw invalidProp(owner, 'webAcl.managedRuleGroups', twice, 'names of AWS\'s managed rule groups, each once');
    }
  }

  /** Puts the web ACL in front of a stage. */
  public protect(scope: RegionalScope, name: string, stage: Stage): void {
    const { regional, region } = scope;
    const acl = new CfnWebACL(regional, 'WebAcl', {
      scope: 'REGIONAL',
      description: `in front of ${name} in ${region}`,
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      associationConfig: {
        requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: `KB_${INSPECTION_LIMITS.find(limit => limit >= this.payloadLimit)}` } },
      },
      rules: [...this.managedRules(name), this.rateLimitRule(name), this.payloadLimitRule(name)].map((rule, priority) => ({ ...rule, priority })),
    });
    new CfnWebACLAssociation(regional, 'WebAclAssociation', { webAclArn: acl.attrArn, resourceArn: stage.stageArn });
    if (scope.key) {
      logMatches(scope, name, acl, scope.key);
    }
  }

  private managedRules(name: string) {
    return this.managedRuleGroups.map(group => ({
      name: group,
      overrideAction: this.managedRuleAction === WebAclAction.COUNT ? { count: {} } : { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name: group,
          // its limit of 8 KiB is fixed: ours takes its place
          ...(group === COMMON_RULE_SET && { ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }] }),
        },
      },
      visibilityConfig: visible(`${name}-${group}`),
    }));
  }

  private rateLimitRule(name: string) {
    return {
      name: 'RateLimit',
      action: this.rateLimitAction === WebAclAction.COUNT ? { count: {} } : { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { limit: this.rateLimit, aggregateKeyType: 'IP' } },
      visibilityConfig: visible(`${name}-RateLimit`),
    };
  }

  private payloadLimitRule(name: string) {
    return {
      name: 'PayloadLimit',
      action: { block: { customResponse: { responseCode: 413 } } },
      statement: {
        sizeConstraintStatement: {
          fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
          comparisonOperator: 'GT',
          size: this.payloadLimit * 1024,
          textTransformations: [{ priority: 0, type: 'NONE' }],
        },
      },
      visibilityConfig: visible(`${name}-PayloadLimit`),
    };
  }
}

/**
 * Logs what a rule stopped or counted: what it let through is in the access log. Credentials stay out of it.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
 */
function logMatches(scope: RegionalScope, name: string, acl: CfnWebACL, key: IKey): void {
  const { regional } = scope;
  const logGroupName = `aws-waf-logs-${name}`; // AWS WAF writes to names that begin like this only
  const logs = new LogGroup(regional, 'WebAclLogs', { logGroupName, encryptionKey: key, retention: RetentionDays.ONE_YEAR, removalPolicy: removalPolicyOf(regional) });
  const keep = (action: string) => ({ Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: action } }] });
  new CfnLoggingConfiguration(regional, 'WebAclLogging', {
    resourceArn: acl.attrArn,
    // not the log group's attribute, which ends in a wildcard
    logDestinationConfigs: [scope.arn({ service: 'logs', resource: 'log-group', resourceName: logGroupName, arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
    redactedFields: ['authorization', 'cookie'].map(header => ({ singleHeader: { Name: header } })),
    loggingFilter: { DefaultBehavior: 'DROP', Filters: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map(keep) },
  }).node.addDependency(logs);
}

function visible(metricName: string) {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
