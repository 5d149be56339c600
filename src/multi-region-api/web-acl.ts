import { Stack } from 'aws-cdk-lib';
import { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Requests that one address may make in 5 minutes. */
const RATE_LIMIT = 2000;

const MANAGED_RULE_GROUPS = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];

/** Puts a web ACL in front of a stage: AWS's managed rules and a rate limit, all blocking. */
export function protect(scope: Construct, name: string, stage: Stage): void {
  const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });
  const acl = new CfnWebACL(scope, 'WebAcl', {
    scope: 'REGIONAL',
    description: `in front of ${name} in ${Stack.of(scope).region}`,
    defaultAction: { allow: {} },
    visibilityConfig: visible(name),
    rules: [
      ...MANAGED_RULE_GROUPS.map((group, priority) => ({
        name: group,
        priority,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
        visibilityConfig: visible(`${name}-${group}`),
      })),
      {
        name: 'RateLimit',
        priority: MANAGED_RULE_GROUPS.length,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit: RATE_LIMIT, aggregateKeyType: 'IP' } },
        visibilityConfig: visible(`${name}-RateLimit`),
      },
    ],
  });
  new CfnWebACLAssociation(scope, 'WebAclAssociation', { webAclArn: acl.attrArn, resourceArn: stage.stageArn });
}
