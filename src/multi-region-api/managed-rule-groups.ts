import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

export const COMMON_RULE_SET = 'AWSManagedRulesCommonRuleSet';

/**
 * The managed rule groups of AWS that need no configuration, with their web ACL capacity units.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-use-case.html
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
 */
const CAPACITY = new Map([
  [COMMON_RULE_SET, 700],
  ['AWSManagedRulesAdminProtectionRuleSet', 100],
  ['AWSManagedRulesKnownBadInputsRuleSet', 200],
  ['AWSManagedRulesSQLiRuleSet', 200],
  ['AWSManagedRulesLinuxRuleSet', 200],
  ['AWSManagedRulesUnixRuleSet', 100],
  ['AWSManagedRulesWindowsRuleSet', 200],
  ['AWSManagedRulesPHPRuleSet', 100],
  ['AWSManagedRulesWordPressRuleSet', 100],
  ['AWSManagedRulesAmazonIpReputationList', 25],
  ['AWSManagedRulesAnonymousIpList', 50],
]);

/** The capacity of a web ACL at its basic price. @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html */
const MAX_CAPACITY = 1500;

/**
 * The most capacity that the rules of the library take: rates 2 each, regular expressions 3, methods 2, a size and a set of addresses 1, conjunctions
 * and negations 1, and 10 for each of seven text transformations.
 */
const OWN_CAPACITY = 100;

/** The name of a rule. @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html */
const RULE_NAME = /^[A-Za-z0-9_-]{1,128}$/;
const MAX_OVERRIDES = 100;

/** Throws unless they are groups that a web ACL takes as they are, and together. */
export function requireManagedRuleGroups(owner: IConstruct, prop: string, groups: string[]): void {
  const allowed = `managed rule groups of AWS that need no configuration, each once: ${[...CAPACITY.keys()].join(', ')}`;
  if (!Array.isArray(groups)) throw invalidProp(owner, prop, groups, allowed);
  const wrong = groups.find((group, i) => groups.indexOf(group) !== i || !CAPACITY.has(group));
  if (wrong !== undefined) throw invalidProp(owner, prop, wrong, allowed);
  const capacity = groups.reduce((sum, group) => sum + CAPACITY.get(group)!, 0);
  if (capacity > MAX_CAPACITY - OWN_CAPACITY) {
    throw invalidProp(owner, prop, groups, `groups of ${MAX_CAPACITY - OWN_CAPACITY} web ACL capacity units at most, and these have ${capacity}: `
      + `${groups.map(group => `${group} ${CAPACITY.get(group)}`).join(', ')}`);
  }
}

/** Throws unless they are names of rules, by groups that the web ACL has. */
export function requireCountedRules(owner: IConstruct, prop: string, counted: { [group: string]: string[] }, groups: string[]): void {
  if (typeof counted !== 'object' || Array.isArray(counted)) {
    throw invalidProp(owner, prop, counted, `lists of rules by their group, such as { ${COMMON_RULE_SET}: ['GenericRFI_BODY'] }`);
  }
  for (const [group, rules] of Object.entries(counted)) {
    if (!groups.includes(group)) throw invalidProp(owner, prop, group, `groups of webAcl.managedRuleGroups: ${groups.join(', ') || 'there is none'}`);
    const isList = Array.isArray(rules) && rules.length > 0 && rules.length < MAX_OVERRIDES && new Set(rules).size === rules.length;
    if (!isList || !rules.every(rule => typeof rule === 'string' && RULE_NAME.test(rule))) {
      throw invalidProp(owner, `${prop}.${group}`, rules, `1 to ${MAX_OVERRIDES - 1} names of rules, each once, such as GenericRFI_BODY`);
    }
  }
}
