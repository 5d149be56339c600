import { ApiAuthorization, MultiRegionApi, MultiRegionApiProps, WebAclOptions } from '../../src';
import { DOMAIN } from '../support/order-system';
import { expectPropError, regional, resources, testSystem } from '../support/synth';

const COMMON = 'AWSManagedRulesCommonRuleSet';
const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });

function template(webAcl: WebAclOptions, props: Partial<MultiRegionApiProps> = {}) {
  const system = testSystem(1);
  new MultiRegionApi(system, 'Api', { authorization, webAcl, ...props });
  return regional(system, 'ap-southeast-2');
}

const rulesOf = (webAcl: WebAclOptions, props: Partial<MultiRegionApiProps> = {}): any[] => resources(template(webAcl, props), 'AWS::WAFv2::WebACL')[0].Properties.Rules;

/** Whether a statement on method and path matches a request. */
function matches(statement: any, method: string, path: string): boolean {
  const [{ ByteMatchStatement: byMethod }, { RegexMatchStatement: byPath }] = statement.AndStatement.Statements;
  expect([byMethod.FieldToMatch, byMethod.PositionalConstraint, byPath.FieldToMatch]).toEqual([{ Method: {} }, 'EXACTLY', { UriPath: {} }]);
  return method === byMethod.SearchString && new RegExp(byPath.RegexString).test(path);
}

/** Whether the first rules let a request through, so that no other sees it. */
function isLetThrough([, probes]: any[], method: string, path: string): boolean {
  expect(probes).toMatchObject({ Name: 'Probes', Priority: 1, Action: { Allow: {} } });
  return matches(probes.Statement, method, path);
}

/** Whether the user's limit counts a request, rather than that of health checks. */
function isLimited(rules: any[], method: string, path: string): boolean {
  const [ofStrangers, ofOthers] = ['ProbeRateLimit', 'RateLimit'].map(name => rules.find(({ Name }) => Name === name).Statement.RateBasedStatement.ScopeDownStatement);
  const [ofProbes] = [...ofStrangers.AndStatement.Statements.filter(({ AndStatement }: any) => AndStatement), ofStrangers];
  expect(ofOthers).toEqual({ NotStatement: { Statement: ofProbes } });
  return !matches(ofProbes, method, path);
}

describe('the web ACL of MultiRegionApi, before managed rules and the rate limit,', () => {
  test.each(['/health', '/evacuation/us-west-2'])('lets GET %s through', path => {
    const rules = rulesOf({ rateLimit: 10 }, { domain: DOMAIN });
    expect([isLetThrough(rules, 'GET', path), isLimited(rules, 'GET', path)]).toEqual([true, false]);
  });

  test.each<[string, Partial<MultiRegionApiProps>]>([
    ['domain', {}], ['probes of evacuations', { domain: DOMAIN, health: { evacuation: false } }],
  ])('does not let GET /evacuation/us-west-2 through without a %s, since a greedy route of the user may answer it', (_, props) => {
    expect(isLetThrough(rulesOf({}, props), 'GET', '/health')).toBe(true);
    expect([isLetThrough(rulesOf({}, props), 'GET', '/evacuation/us-west-2'), isLimited(rulesOf({}, props), 'GET', '/evacuation/us-west-2')]).toEqual([false, true]);
  });

  test.each(['/live/health', '/live/evacuation/ap-southeast-2'])('does not let GET %s through, which may be a route of the user, but limits it like a health check', path => {
    const rules = rulesOf({}, { domain: DOMAIN });
    expect([isLetThrough(rules, 'GET', path), isLimited(rules, 'GET', path)]).toEqual([false, false]);
  });

  test.each([
    ['POST', '/health'], ['GET', '/health/'], ['GET', '/orders/health'], ['GET', '/healthy'], ['GET', '/evacuation/../orders'], ['GET', '/evacuation/'], ['GET', '/evacuation/a/b'],
  ])('does not let %s %s through', (method, path) => {
    const rules = rulesOf({}, { domain: DOMAIN });
    expect([isLetThrough(rules, method, path), isLimited(rules, method, path)]).toEqual([false, true]);
  });

  test('stops an address that floods what health checks ask, at more than all checkers of 20 regions ask for', () => {
    const [flood] = rulesOf({ rateLimit: 10 }, { domain: DOMAIN });
    expect(flood).toMatchObject({ Name: 'ProbeRateLimit', Priority: 0, Action: { Block: { CustomResponse: { ResponseCode: 429 } } } });
    const { Limit, AggregateKeyType } = flood.Statement.RateBasedStatement;
    expect(AggregateKeyType).toBe('IP');
    // two checkers whose addresses are not known, in 5 minutes: every 10 s and, for each peer, every 30 s
    expect(Limit).toBeGreaterThan(2 * (300 / 10 + 19 * (300 / 30)));
  });

  test('stops no checker of Route 53, from whose addresses health checks of strangers come as well', () => {
    const [flood] = rulesOf({}, { domain: DOMAIN });
    expect(flood.Statement.RateBasedStatement.ScopeDownStatement.AndStatement.Statements[1]).toEqual({
      NotStatement: { Statement: { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^ApiCheckers/), 'Arn'] } } } },
    });
    const [{ Properties }] = resources(template({}, { domain: DOMAIN }), 'AWS::WAFv2::IPSet');
    expect(Properties).toMatchObject({ Scope: 'REGIONAL', IPAddressVersion: 'IPV4' });
    // one range of each of the eight regions, and the one of all
    expect(Properties.Addresses).toEqual(expect.arrayContaining([
      '15.177.0.0/18', '54.250.253.192/26', '54.255.254.192/26', '54.252.254.192/26', '176.34.159.192/26', '177.71.207.128/26', '54.243.31.192/26', '54.183.255.128/26', '54.245.168.0/26',
    ]));
    expect(new Set(Properties.Addresses).size).toBe(17);
  });

  test('knows no checkers without a domain, since Route 53 asks nothing', () => {
    expect(resources(template({}), 'AWS::WAFv2::IPSet')).toEqual([]);
    const [flood] = rulesOf({});
    expect(matches(flood.Statement.RateBasedStatement.ScopeDownStatement, 'GET', '/health')).toBe(true);
  });
});

describe('the web ACL of MultiRegionApi', () => {
  test('counts single managed rules on request, beside the one that payloadLimit replaces', () => {
    const overridesOf = (webAcl: WebAclOptions) => Object.fromEntries(rulesOf(webAcl).filter(({ Statement }) => Statement.ManagedRuleGroupStatement)
      .map(({ Name, Statement: { ManagedRuleGroupStatement: { RuleActionOverrides } } }) => (
        [Name, RuleActionOverrides?.map(({ Name: rule, ActionToUse }: any) => [rule, ActionToUse])]
      )));
    const count = { Count: {} };
    expect(overridesOf({
      managedRuleGroups: [COMMON, 'AWSManagedRulesSQLiRuleSet', 'AWSManagedRulesLinuxRuleSet'],
      countedManagedRules: { [COMMON]: ['GenericRFI_BODY', 'SizeRestrictions_BODY'], AWSManagedRulesSQLiRuleSet: ['SQLi_BODY'] },
    })).toEqual({
      [COMMON]: [['SizeRestrictions_BODY', count], ['GenericRFI_BODY', count]],
      AWSManagedRulesSQLiRuleSet: [['SQLi_BODY', count]],
      AWSManagedRulesLinuxRuleSet: undefined,
    });
  });

  test('takes no managed rules at all, and as many as it has capacity for', () => {
    expect(rulesOf({ managedRuleGroups: [] }).map(({ Name }) => Name)).toEqual(['ProbeRateLimit', 'Probes', 'RateLimit', 'PayloadLimit']);
    const managedRuleGroups = ['KnownBadInputs', 'SQLi', 'Linux', 'Unix'].map(kind => `AWSManagedRules${kind}RuleSet`);
    expect(rulesOf({ managedRuleGroups: [COMMON, ...managedRuleGroups] })).toHaveLength(9);
  });

  test.each<[string, any, string, string, string]>([
    ['a rule group is unknown', { managedRuleGroups: ['AWSManagedRulesCommonRuleset'] }, 'webAcl.managedRuleGroups', '"AWSManagedRulesCommonRuleset"', COMMON],
    ...['ATP', 'ACFP', 'BotControl', 'AntiDDoS'].map(kind => [
      `rule group ${kind} needs a configuration`, { managedRuleGroups: [`AWSManagedRules${kind}RuleSet`] }, 'webAcl.managedRuleGroups', kind, 'need no configuration',
    ] as [string, any, string, string, string]),
    ['rule groups are no list', { managedRuleGroups: COMMON }, 'webAcl.managedRuleGroups', COMMON, 'each once'],
    ['rule groups need more capacity than there is', {
      managedRuleGroups: [COMMON, 'AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesSQLiRuleSet', 'AWSManagedRulesLinuxRuleSet', 'AWSManagedRulesWindowsRuleSet'],
    }, 'webAcl.managedRuleGroups', 'AWSManagedRulesWindowsRuleSet', '1400 web ACL capacity units at most, and these have 1500'],
    ['a rule of a group is counted that is not there', { countedManagedRules: { AWSManagedRulesSQLiRuleSet: ['SQLi_BODY'] } }, 'webAcl.countedManagedRules', 'SQLi', COMMON],
    ['no rule is counted', { countedManagedRules: { [COMMON]: [] } }, `webAcl.countedManagedRules.${COMMON}`, '[]', '1 to 99 names'],
    ['a counted rule is named twice', { countedManagedRules: { [COMMON]: ['A', 'A'] } }, `webAcl.countedManagedRules.${COMMON}`, 'A', 'each once'],
    ['a counted rule has no name', { countedManagedRules: { [COMMON]: [''] } }, `webAcl.countedManagedRules.${COMMON}`, '""', 'names of rules'],
    ['counted rules are text', { countedManagedRules: { [COMMON]: 'GenericRFI_BODY' } }, `webAcl.countedManagedRules.${COMMON}`, 'GenericRFI_BODY', 'names of rules'],
    ['counted rules have no group', { countedManagedRules: ['GenericRFI_BODY'] }, 'webAcl.countedManagedRules', 'GenericRFI_BODY', 'by their group'],
    ['the rate limit is above what AWS WAF takes', { rateLimit: 2_000_000_001 }, 'webAcl.rateLimit', '2000000001', 'at most 2000000000'],
    ['an action is unknown', { rateLimitAction: 'ALLOW' }, 'webAcl.rateLimitAction', 'ALLOW', 'BLOCK or COUNT'],
    ['an action of managed rules is unknown', { managedRuleAction: 'ALLOW' }, 'webAcl.managedRuleAction', 'ALLOW', 'BLOCK or COUNT'],
  ])('throws if %s', (_, webAcl, prop, value, allowed) => {
    expectPropError(() => rulesOf(webAcl), prop, value, allowed, 'Orders/Api');
  });
});
