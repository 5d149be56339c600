import { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { RequiredBootstrap, StackArtifact } from '../../system/cloud-assembly';
import { inEachRegion, stackOf } from '../asking';
import { DoctorCheck, Finding } from '../check';

/** The name of the stack of "cdk bootstrap", unless it is given another name. */
const BOOTSTRAP_STACK = 'CDKToolkit';

export const BOOTSTRAP: DoctorCheck = {
  name: 'bootstrap',
  claim: 'Each region is bootstrapped for the CDK, in the version that the app asks for.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html',
  examine: async patient => inEachRegion(patient, async access => {
    const required = requiredIn(access.region, patient.system.stacks);
    if (!required) return [{ region: access.region, verdict: 'ok', says: 'no stack of the app needs it' }];
    return [judgeBootstrap(access.region, required, await stackOf(await access.client(CloudFormationClient), BOOTSTRAP_STACK))];
  }),
};

/** Returns the bootstrap that the stacks of a region ask for: the highest version. */
export function requiredIn(region: string, stacks: readonly StackArtifact[]): RequiredBootstrap | undefined {
  const all = stacks.filter(stack => stack.region === region).flatMap(({ bootstrap }) => bootstrap ?? []);
  return [...all].sort((a, b) => b.version - a.version)[0];
}

/** Judges the bootstrap stack of a region. */
export function judgeBootstrap(region: string, { version, qualifier }: RequiredBootstrap, stack: Pick<Stack, 'Outputs' | 'Parameters'> | undefined): Finding {
  const advice = `npx cdk bootstrap aws://<account>/${region}`;
  if (!stack) {
    return { region, verdict: 'failed', says: `there is no stack ${BOOTSTRAP_STACK}`, advice: `${advice}; nothing to do if the bootstrap stack has another name` };
  }
  const found = Number(stack.Outputs?.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue);
  const foundQualifier = stack.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Qualifier')?.ParameterValue;
  if (!(found >= version)) {
    return { region, verdict: 'failed', says: `the bootstrap stack has ${Number.isNaN(found) ? 'no version' : `version ${found}`}, and the app needs ${version}`, advice };
  }
  if (qualifier !== undefined && foundQualifier !== undefined && foundQualifier !== qualifier) {
    return {
      region,
      verdict: 'failed',
      says: `the bootstrap stack has the qualifier ${foundQualifier}, and the app has ${qualifier}`,
      advice: `${advice} --qualifier ${qualifier} --toolkit-stack-name ${BOOTSTRAP_STACK}-${qualifier}`,
    };
  }
  return { region, verdict: 'ok', says: `version ${found}, of which the app needs ${version}` };
}
