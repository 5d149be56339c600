import { templateDifferences } from './template-differences';
import { StackArtifact } from '../../system/cloud-assembly';
import { Finding } from '../check';

/** A stack as CloudFormation has it. */
export interface DeployedStack {
  readonly stackName: string;
  readonly status: string;
  readonly isTerminationProtected: boolean;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
const AS_WANTED = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'];

/** The number of differing parts that are named. */
const NAMED = 5;

/** Judges the state of a stack, which its template does not show. */
export function stateFindings(synthesized: StackArtifact, deployed: DeployedStack | undefined): Finding[] {
  const { stackName, region, isTerminationProtected = false, template } = synthesized;
  if (!deployed) {
    // the CDK CLI does not deploy it
    if (Object.keys(template.Resources ?? {}).length === 0) return [];
    return [{ region, verdict: 'failed', says: `the stack ${stackName} is not there`, advice: 'deploy it, by cdk deploy' }];
  }
  const { status } = deployed;
  const findings: Finding[] = [];
  if (!AS_WANTED.includes(status)) {
    const goesOn = status.endsWith('_IN_PROGRESS');
    findings.push({
      region,
      verdict: goesOn ? 'warning' : 'failed',
      says: `the stack ${stackName} is in the state ${status}`,
      advice: goesOn ? 'look again when that is done' : 'see its events for the reason, then deploy it again',
    });
  }
  if (isTerminationProtected !== deployed.isTerminationProtected) {
    findings.push({
      region,
      verdict: isTerminationProtected ? 'failed' : 'warning',
      says: `the stack ${stackName} is ${isTerminationProtected ? 'not protected from deletion, as it should be' : 'protected from deletion, as the app does not say'}`,
      advice: 'deploy it again, or see who changed it',
    });
  }
  return findings;
}

/** Judges the template of a stack. */
export function templateFindings({ stackName, region, template }: StackArtifact, body: string): Finding[] {
  let deployed: object;
  try {
    deployed = JSON.parse(body) as object;
  } catch {
    return [{ region, verdict: 'unknown', says: `the template of ${stackName} is no JSON, so that it cannot be compared`, advice: 'compare it by cdk diff' }];
  }
  const differing = templateDifferences(template, deployed);
  if (differing.length === 0) return [];
  const named = differing.slice(0, NAMED).join(', ') + (differing.length > NAMED ? ` and ${differing.length - NAMED} more` : '');
  return [{
    region,
    verdict: 'failed',
    says: `the stack ${stackName} is not what was synthesized: ${named} ${differing.length === 1 ? 'differs' : 'differ'}`,
    advice: 'see cdk diff; deploy it again, or examine it by the assembly that was deployed',
  }];
}

/** Names the stacks of the system that the app has no more. */
export function leftOverFindings(
  region: string, system: string, synthesized: readonly StackArtifact[], deployed: readonly DeployedStack[],
): Finding[] {
  const known = new Set(synthesized.filter(stack => stack.region === region).map(stack => stack.stackName));
  return deployed.filter(({ stackName }) => stackName.startsWith(`${system}-`) && !known.has(stackName)).map(({ stackName }) => ({
    region,
    verdict: 'warning' as const,
    says: `the stack ${stackName} is there, and is none of the app's any more`,
    advice: 'if it is no other system\'s, destroy it when nothing needs it',
  }));
}
