/** Whether a value was refused by an error of ours, or makes templates that AWS takes as far as one can tell without it. */
import { readFileSync, rmSync } from 'fs';
import { join } from 'path';
import { App, CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { Case } from './cases';
import { Input } from './public-api';

export interface Verdict {
  readonly kind: 'refused' | 'accepted' | 'wrong';
  /** What is wrong. */
  readonly problem?: string;
  /** The templates of what was accepted. */
  readonly templates?: string[];
}

const validation = new CloudFormationValidatePlugin();
/** The errors of the CDK's own validation. */
function validationErrors(files: string[]): string[] {
  let violations;
  try {
    ({ violations } = validation.validate({ stackTemplates: files.map(templatePath => ({ templatePath, stackConstructPath: '' })) } as any));
  } catch (error) {
    // such as a number that it cannot read
    return [`the CDK's validation fails: ${error}`];
  }
  return violations.filter(({ severity }) => severity === 'error' || severity === 'fatal').map(({ ruleName, description, violatingResources }) => (
    `${ruleName} ${description} at ${violatingResources[0].resourceLogicalId} ${violatingResources[0].locations}`
  ));
}

function templateFiles(app: App): string[] {
  const { directory, stacksRecursively } = app.synth();
  return stacksRecursively.map(({ templateFile }) => join(directory, templateFile));
}

/** The problem with an error, if it is not one that tells a user of this library what to do. */
function problemOf(error: unknown, { input }: Case): string | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const short = `${(error as Error)?.name}: ${message.split('\n')[0].slice(0, 250)}`;
  if (error instanceof TypeError || error instanceof RangeError) return `raw ${short}`;
  if (!/(; |, )allowed: ./s.test(message)) return `not ours: ${short}`;
  if (!message.includes(input.name) && !isNamedOtherwise(input)) return `does not name ${input.name}: ${short}`;
  return undefined;
}

/** What is given to a method has another name where it is used: what `ApiRouting.weighted()` takes is `routing`. */
function isNamedOtherwise({ owner }: Input): boolean {
  return owner.includes('.');
}

export function judge(fuzzed: Case): Verdict {
  let app: App | undefined;
  let files: string[];
  try {
    app = fuzzed.run();
    if (!app) return { kind: 'accepted' };
    files = templateFiles(app);
  } catch (error) {
    const problem = problemOf(error, fuzzed);
    return problem ? { kind: 'wrong', problem } : { kind: 'refused' };
  }
  const errors = validationErrors(files);
  const templates = files.map(file => readFileSync(file, 'utf8'));
  // thousands of assemblies would fill the disk
  rmSync(app.outdir, { recursive: true });
  return errors.length > 0 ? { kind: 'wrong', problem: `accepted, but ${errors.slice(0, 2).join('; ').slice(0, 300)}` } : { kind: 'accepted', templates };
}
