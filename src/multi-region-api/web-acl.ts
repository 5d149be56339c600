import { ArnFormat, Size } from 'aws-cdk-lib';
import { Stage } from 'aws-cdk-lib/aws-apigateway';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { IConstruct } from 'constructs';
import { CheckerAddresses } from './checker-addresses';
import { STAGE_NAME } from './constants';
import { HttpMethod } from './http-method';
import { COMMON_RULE_SET, requireCountedRules, requireManagedRuleGroups } from './managed-rule-groups';
import { ComplianceMode } from '../system/compliance-mode';
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
   * Indicates whether there is a web ACL. Without it, the API is open to floods and common attacks, and a finding of AwsSolutions is acknowledged.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * AWS's managed rule groups. Each costs about 1 USD a month and region. Those that need a configuration of their own, for bots, floods, takeover and creation of accounts, are refused, and so is
   * more than the 1500 capacity units that a web ACL has at its basic price.
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
   * Single rules of managed rule groups that count what they match rather than blocking it, by group, such as `GenericRFI_BODY` of `AWSManagedRulesCommonRuleSet`: those that block what
   * your clients honestly send. The metrics and the sampled requests of the web ACL still have what they match.
   *
   * AWS WAF ignores the name of a rule that there is not, without an error, so look at the metrics after a change.
   *
   * @default - none but SizeRestrictions_BODY of the common rule set, in whose place is payloadLimit
   * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html
   */
  readonly countedManagedRules?: { [ruleGroup: string]: string[] };

  /**
   * Requests that one address may make in 5 minutes, at least 10. Health checks are not among them.
   *
   * @default 2000
   * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
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

/** AWS WAF takes no higher limit. @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
const MAX_RATE_LIMIT = 2_000_000_000;

/**
 * Requests for what health checks ask that one address may make in 5 minutes, unless it is one of Route 53's checkers. A checker whose address is not known yet makes 30 for `/health` and 10 for each of 19 peers, and two may
 * share an address. So only floods have more.
 */
const PROBE_RATE_LIMIT = 500;

const TEXT_TRANSFORMATIONS = [{ priority: 0, type: 'NONE' }];

/** The sizes of a body that AWS WAF can inspect, in KiB. */
const INSPECTION_LIMITS = [16, 32, 48, 64];

/**
 * The options of a web ACL with defaults, checked.
 * @internal
 */
export class WebAclSettings {
  public readonly enabled: boolean;
  private readonly managedRuleGroups: string[];
  private readonly managedRuleAction: WebAclAction;
  private readonly countedManagedRules: { [ruleGroup: string]: string[] };
  private readonly rateLimit: number;
  private readonly rateLimitAction: WebAclAction;
  private readonly payloadLimit: number;

  constructor(owner: IConstruct, options: WebAclOptions = {}) {
    this.enabled = options.enabled ?? true;
    this.managedRuleGroups = options.managedRuleGroups ?? MANAGED_RULE_GROUPS;
    this.managedRuleAction = options.managedRuleAction ?? WebAclAction.BLOCK;
    this.countedManagedRules = options.countedManagedRules ?? {};
    this.rateLimit = options.rateLimit ?? 2000;
    this.rateLimitAction = options.rateLimitAction ?? WebAclAction.BLOCK;
    this.payloadLimit = (options.payloadLimit ?? Size.kibibytes(16)).toBytes() / 1024;
    if (!Number.isInteger(this.rateLimit) || this.rateLimit < 10 || this.rateLimit > MAX_RATE_LIMIT) {
      throw invalidProp(owner, 'webAcl.rateLimit', this.rateLimit, `a whole number of at least 10 and at most ${MAX_RATE_LIMIT}`);
    }
    if (!Number.isInteger(this.payloadLimit) || this.payloadLimit < 1 || this.payloadLimit > 64) {
      throw invalidProp(owner, 'webAcl.payloadLimit', `${this.payloadLimit} KiB`, 'whole kibibytes from 1 to 64');
    }
    for (const prop of ['managedRuleAction', 'rateLimitAction'] as const) {
      if (!Object.values(WebAclAction).includes(this[prop])) throw invalidProp(owner, `webAcl.${prop}`, this[prop], Object.values(WebAclAction).join(' or '));
    }
    requireManagedRuleGroups(owner, 'webAcl.managedRuleGroups', this.managedRuleGroups);
    requireCountedRules(owner, 'webAcl.countedManagedRules', this.countedManagedRules, this.managedRuleGroups);
  }

  /**
   * Puts the web ACL in front of a stage, some of whose paths health checks ask.
   *
   * @param isProbed whether Route 53 asks them
   */
  public protect(scope: RegionalScope, name: string, stage: Stage, probedPaths: string[], isProbed: boolean): void {
    const { regional, region } = scope;
    const probes = new Probes(probedPaths, isProbed ? new CheckerAddresses(regional, name) : undefined);
    const acl = new CfnWebACL(regional, 'WebAcl', {
      scope: 'REGIONAL',
      description: `in front of ${name} in ${region}`,
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      associationConfig: {
        requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: `KB_${INSPECTION_LIMITS.find(limit => limit >= this.payloadLimit)}` } },
      },
      rules: [...probes.rules(name), ...this.managedRules(name), this.rateLimitRule(name, probes), this.payloadLimitRule(name)]
        .map((rule, priority) => ({ ...rule, priority })),
    });
    new CfnWebACLAssociation(regional, 'WebAclAssociation', { webAclArn: acl.attrArn, resourceArn: stage.stageArn });
    if (scope.key && scope.system.compliance === ComplianceMode.STRICT) {
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
          ruleActionOverrides: this.overridesIn(group),
        },
      },
      visibilityConfig: visible(`${name}-${group}`),
    }));
  }

  private overridesIn(group: string) {
    // its limit of 8 KiB is fixed: ours takes its place
    const replaced = group === COMMON_RULE_SET ? ['SizeRestrictions_BODY'] : [];
    const counted = new Set([...replaced, ...this.countedManagedRules[group] ?? []]);
    return counted.size > 0 ? [...counted].map(name => ({ name, actionToUse: { count: {} } })) : undefined;
  }

  private rateLimitRule(name: string, { limitedStatement }: Probes) {
    return {
      name: 'RateLimit',
      action: this.rateLimitAction === WebAclAction.COUNT ? { count: {} } : { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { limit: this.rateLimit, aggregateKeyType: 'IP', scopeDownStatement: { notStatement: { statement: limitedStatement } } } },
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
          textTransformations: TEXT_TRANSFORMATIONS,
        },
      },
      visibilityConfig: visible(`${name}-PayloadLimit`),
    };
  }
}

/** The requests of health checks to a web ACL. */
class Probes {
  /** Matches what health checks ask, and nothing that reaches a function of the user: the paths are routes of their own. */
  public readonly statement: object;
  /** The same, also if AWS WAF saw the stage in the path, which nothing documents. With the stage it might be a path of the user's, so that this is for limits only. */
  public readonly limitedStatement: object;

  constructor(paths: string[], private readonly checkers?: CheckerAddresses) {
    const any = `(${paths.join('|').replace(/\{\w+\}/g, '[a-z0-9-]+')})$`;
    this.statement = requestFor(`^${any}`);
    this.limitedStatement = requestFor(`^(/${STAGE_NAME})?${any}`);
  }

  /**
   * Returns the rules on them, before all others. Whoever asks for more than all checkers together is stopped; anything else of them is let through, and no further rule sees it. So nobody takes
   * a region out of DNS, or disarms its evacuation, by a rule or a limit that health checks do not expect.
   *
   * Checkers have no limit: strangers may have health checks of the same paths, which come from the same addresses.
   *
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html
   */
  public rules(name: string) {
    return [
      {
        name: 'ProbeRateLimit',
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit: PROBE_RATE_LIMIT, aggregateKeyType: 'IP', scopeDownStatement: this.strangersStatement } },
        visibilityConfig: visible(`${name}-ProbeRateLimit`),
      },
      { name: 'Probes', action: { allow: {} }, statement: this.statement, visibilityConfig: visible(`${name}-Probes`) },
    ];
  }

  private get strangersStatement(): object {
    return this.checkers ? { andStatement: { statements: [this.limitedStatement, this.checkers.otherStatement] } } : this.limitedStatement;
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

/** Returns a GET of a path. */
function requestFor(regexString: string) {
  return {
    andStatement: {
      statements: [
        { byteMatchStatement: { fieldToMatch: { method: {} }, positionalConstraint: 'EXACTLY', searchString: HttpMethod.GET, textTransformations: TEXT_TRANSFORMATIONS } },
        { regexMatchStatement: { fieldToMatch: { uriPath: {} }, regexString, textTransformations: TEXT_TRANSFORMATIONS } },
      ],
    },
  };
}
