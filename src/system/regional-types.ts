import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CfnResource, CloudFormationValidatePlugin, IPolicyValidationPlugin, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isAcknowledged } from './acknowledge';
import { invalidProp } from './errors';

/** The finding that a region has no such resource type: the CDK's, and the id to acknowledge it by. */
const MISSING = 'F3006';
const ID = 'cdk-multi-region:notInRegion';

/** The results so far, by region and type: the same types are in every region of a system. */
const known = new Map<string, boolean>();

/**
 * Refuses, at synthesis, resource types that a region does not have: CloudFormation would in the middle of a deployment, or of a region's joining.
 *
 * What there is where is in the data by which the CDK checks templates, so that a newer CDK knows newer regions. The CDK itself only warns unless an app asks for more. Where its data are behind, the refusal is acknowledged.
 *
 * @param stacks the stacks, and the region of each
 * @see https://github.com/aws-cloudformation/cloudformation-validate
 */
export function refuseMissingTypes(owner: IConstruct, stacks: () => { readonly stack: Stack; readonly region: string }[]): void {
  owner.node.addValidation({
    validate: () => {
      // as the CDK's own checks
      if (process.env.CDK_VALIDATION === 'false' || isAcknowledged(owner, ID)) return [];
      const all = stacks().map(({ stack, region }) => ({ region, users: usersIn(stack) }));
      // once for all stacks of a region: each check takes a tenth of a second
      for (const region of new Set(all.map(one => one.region))) {
        ask([...new Set(all.filter(one => one.region === region).flatMap(({ users }) => users.map(([type]) => type)))], region);
      }
      return all.flatMap(({ region, users }) => users.filter(([type]) => known.get(`${region} ${type}`) === false).map(([type, path]) => invalidProp(owner, 'region', region,
        `regions that have ${type}, which ${path} needs; if this one has it by now, acknowledge ${ID} on ${owner.node.path}`).message));
    },
  });
}

/** Returns the resource types of a stack, each with the path of one construct that is of it. */
function usersIn(stack: Stack): [type: string, path: string][] {
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource).filter(resource => Stack.of(resource) === stack);
  const users = new Map(resources.map(({ cfnResourceType, node }) => [cfnResourceType, node.path]));
  return [...users].filter(([type]) => type.startsWith('AWS::'));
}

/** Has the CDK check a template of one resource of each type that is not known yet. */
function ask(types: string[], region: string): void {
  const unknown = types.filter(type => !known.has(`${region} ${type}`));
  // one engine in a process, which the CDK has anyway: making another takes seconds
  const engine = (CloudFormationValidatePlugin as unknown as { _singletonInstance?(): IPolicyValidationPlugin })._singletonInstance?.();
  if (unknown.length === 0 || !engine) return;
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  try {
    const templatePath = join(folder, 'template.json');
    writeFileSync(templatePath, JSON.stringify({ Resources: Object.fromEntries(unknown.map((type, i) => [`R${i}`, { Type: type }])) }));
    const { violations } = engine.validate({ templatePaths: [templatePath], stackTemplates: [{ stackConstructPath: '', templatePath, region }] } as any);
    const missing = violations.filter(({ ruleName }) => ruleName === MISSING)
      .flatMap(({ violatingResources }) => violatingResources.map(({ resourceLogicalId }) => resourceLogicalId));
    unknown.forEach((type, i) => known.set(`${region} ${type}`, !missing.includes(`R${i}`)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
