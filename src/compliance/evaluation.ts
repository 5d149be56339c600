import { realpathSync } from 'fs';
import { dirname } from 'path';
import { CfnResource, Stack, Token, Validations } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { PackNames } from './compliance-pack';
import { Check, PackResult, RuleResult } from './findings';

/** The parts of cdk-nag that are used here. Its types stay out of this package's, which must compile without it. */
interface Nag {
  readonly [className: string]: new () => NagPack;
}

interface NagPack {
  readonly readPackName: string;
  validateScope(scope: IConstruct): { readonly violations: readonly Violation[] };
  applyRule(params: RuleApplication): void;
}

interface Violation {
  readonly ruleName: string;
  readonly violatingResources: readonly { readonly constructPath?: string }[];
}

/** The result of a rule: cdk-nag's word for it, or what is wrong, if a resource can break a rule in several ways. */
type Outcome = 'Compliant' | 'Non-Compliant' | 'N/A' | string[];

interface RuleApplication {
  readonly ruleSuffixOverride?: string;
  readonly info: string;
  readonly level: string;
  readonly node: CfnResource;
  readonly rule: (node: CfnResource) => Outcome;
}

interface Application {
  readonly ruleId: string;
  readonly params: RuleApplication;
  outcome: Outcome;
}

/** Applies a pack to all resources below a construct. cdk-nag decides which of them break a rule, and which findings are acknowledged. */
export function evaluate(owner: Construct, scope: IConstruct, { className, title }: PackNames): PackResult {
  const Pack = loadNag(owner)[className];
  const applications: Application[] = [];

  /** Records all results: cdk-nag itself keeps open findings only. */
  class RecordingPack extends Pack {
    public applyRule(params: RuleApplication): void {
      const application: Application = {
        ruleId: `${this.readPackName}-${params.ruleSuffixOverride || params.rule.name}`,
        params,
        outcome: 'Non-Compliant', // as cdk-nag takes a rule that throws
      };
      applications.push(application);
      const rule = (node: CfnResource) => application.outcome = params.rule(node);
      super.applyRule({ ...params, rule: Object.defineProperty(rule, 'name', { value: params.rule.name }) });
    }
  }

  const open = new Set(new RecordingPack().validateScope(scope).violations
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`)));
  return { title, rules: rulesOf(applications, open) };
}

function rulesOf(applications: Application[], open: Set<string>): RuleResult[] {
  const rules = new Map<string, RuleResult>();
  for (const { ruleId, params, outcome } of applications) {
    const rule = rules.get(ruleId) ?? { id: ruleId, level: params.level === 'Error' ? 'error' : 'warning', description: params.info, checks: [] };
    rule.checks.push(...findingsOf(ruleId, outcome).map(id => checkOf(id, params.node, open.has(`${id} ${params.node.node.path}`))));
    if (outcome === 'Compliant' || (Array.isArray(outcome) && outcome.length === 0)) {
      rule.checks.push({ id: ruleId, status: 'compliant', ...placeOf(params.node) });
    }
    rules.set(ruleId, rule);
  }
  const text = (check: Check) => `${check.id} ${check.resource}`;
  rules.forEach(({ checks }) => checks.sort((one, other) => compare(text(one), text(other))));
  return [...rules.values()].sort((one, other) => compare(one.id, other.id));
}

function findingsOf(ruleId: string, outcome: Outcome): string[] {
  if (Array.isArray(outcome)) return [...new Set(outcome)].map(detail => `${ruleId}[${detail}]`);
  return outcome === 'Non-Compliant' ? [ruleId] : [];
}

function checkOf(id: string, node: CfnResource, isOpen: boolean): Check {
  return { id, ...placeOf(node), ...(isOpen ? { status: 'open' } : { status: 'acknowledged', reason: reasonOf(id, node) }) };
}

function placeOf(node: CfnResource): Pick<Check, 'resource' | 'resourceType' | 'stack' | 'region'> {
  const { stackName, region } = Stack.of(node);
  return { resource: node.node.path, resourceType: node.cfnResourceType, stack: stackName, region: Token.isUnresolved(region) ? 'any' : region };
}

/** Returns the reason that was given nearest to the resource. */
function reasonOf(id: string, node: CfnResource): string | undefined {
  return [...node.node.scopes].reverse().flatMap(scope => scope.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    // the CDK qualifies ids that it does not know by a prefix
    .flatMap(({ data }) => Object.entries<string>(data)).find(([key]) => key.replace(/^annotation::/i, '') === id)?.[1];
}

/** Compares by code points: an order that no locale changes. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Loads cdk-nag of the user's project: only who wants a report needs it. */
function loadNag(owner: Construct): Nag {
  const refuse = (problem: string) => new Error(`a ComplianceReport needs the package cdk-nag, version 3, and ${problem}: npm install --save-dev cdk-nag@3; `
    + `in Python, Java, .NET and Go, its package there, imported in the app [${owner.node.path}]`);
  let file: string;
  let nag: Nag;
  try {
    // beside this library first: for other languages, jsii puts both into a folder that is not the app's
    file = require.resolve('cdk-nag', { paths: [__dirname, process.cwd()] });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is used
    nag = require(file);
  } catch (error) {
    throw refuse(`it could not be loaded (${(error as Error).message.split('\n')[0]})`);
  }
  // earlier versions have no such method
  if (typeof nag.AwsSolutionsChecks?.prototype.validateScope !== 'function') throw refuse(`${file} is another version`);
  // its rules know a resource by its class, and would pass over those of another copy in silence
  const [its, ours] = [dirname(file), __dirname].map(folder => realpathSync(require.resolve('aws-cdk-lib', { paths: [folder] })));
  if (its !== ours) throw refuse(`${file} has an aws-cdk-lib of its own, ${its}`);
  return nag;
}
