import { CloudFormationClient, GetTemplateCommand, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { inEachRegion, needsAssembly } from './looking';
import { DeployedStack, leftOverFindings, stateFindings, templateFindings } from './stack-findings';
import { Answer, isProblem, settled } from '../../operate/answers';
import { StackArtifact } from '../../system/cloud-assembly';
import { DoctorCheck, Finding } from '../check';

export const STACKS: DoctorCheck = {
  name: 'stacks',
  claim: 'What is deployed is what was synthesized.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html',
  examine: async patient => {
    const { name, stacks } = patient.system;
    if (stacks.length === 0) return needsAssembly('which stacks there are');
    const elsewhere = stacks.filter(({ region }) => !patient.accesses.some(access => access.region === region));
    return [
      ...await inEachRegion(patient, async access => {
        const { region } = access;
        const client = await access.client(CloudFormationClient);
        const deployed = await deployedStacks(client);
        const wanted = stacks.filter(stack => stack.region === region);
        const findings = await Promise.all(wanted.map(stack => findingsOf(client, stack, deployed.find(one => one.stackName === stack.stackName))));
        const all = [...findings.flat(), ...leftOverFindings(region, name, stacks, deployed)];
        return all.length > 0 ? all : [{ region, verdict: 'ok' as const, says: `all ${wanted.length} stacks are as they were synthesized` }];
      }),
      ...elsewhere.map(({ stackName, region }): Finding => ({ region, verdict: 'unknown', says: `the stack ${stackName} is in no region of the system, and is not looked at` })),
    ];
  },
};

async function findingsOf(client: CloudFormationClient, stack: StackArtifact, deployed: DeployedStack | undefined): Promise<Finding[]> {
  const findings = stateFindings(stack, deployed);
  if (!deployed) return findings;
  const body: Answer<string | undefined> = await settled(templateOf(client, stack.stackName));
  if (isProblem(body) || body.value === undefined) {
    return [...findings, { region: stack.region, verdict: 'unknown', says: `the template of ${stack.stackName} cannot be read: ${isProblem(body) ? body.problem : 'there is none'}` }];
  }
  return [...findings, ...templateFindings(stack, body.value)];
}

/** Returns the template as it was given, before macros. */
async function templateOf(client: CloudFormationClient, StackName: string): Promise<string | undefined> {
  return (await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }))).TemplateBody;
}

async function deployedStacks(client: CloudFormationClient): Promise<DeployedStack[]> {
  const found: DeployedStack[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    found.push(...Stacks.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').map(({ StackName, StackStatus, EnableTerminationProtection }) => ({
      stackName: StackName!, status: StackStatus!, isTerminationProtected: EnableTerminationProtection ?? false,
    })));
  }
  return found;
}
