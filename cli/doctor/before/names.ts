import { exists, NameKind } from './existence';
import { LiteralName, namesIn, newStacks } from './literal-names';
import { isProblem, settled } from '../../operate/answers';
import { RegionAccess } from '../../operate/region-access';
import { existingStacks, inEachRegion, unknownIn } from '../asking';
import { DoctorCheck, Finding } from '../check';

/** Log groups are asked for one after the other: there may be five such calls a second. */
const IN_TURN: readonly NameKind[] = ['log group'];

export const NAMES: DoctorCheck = {
  name: 'names',
  claim: 'No name of what is yet to be made is taken.',
  when: 'before deployment',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html',
  examine: async patient => {
    const { system: { stacks }, accesses } = patient;
    const existing = await Promise.all(accesses.map(async access => ({
      region: access.region, found: await settled(existingStacks(stacks, access)),
    })));
    const unseen = existing.flatMap(({ region, found }) => (isProblem(found) ? [unknownIn(region, found.problem)] : []));
    const fresh = newStacks(stacks, new Map(existing.flatMap(({ region, found }) => (isProblem(found) ? [] : [[region, found.value] as const]))));
    const seeing = accesses.filter(({ region }) => !unseen.some(finding => finding.region === region));
    return [...unseen, ...await inEachRegion({ ...patient, accesses: seeing }, access => takenIn(access, namesIn(access.region, fresh)))];
  },
};

async function takenIn(access: RegionAccess, names: readonly LiteralName[]): Promise<Finding[]> {
  if (names.length === 0) return [{ region: access.region, verdict: 'ok', says: 'nothing with a name is yet to be made' }];
  const isInTurn = ({ kind }: LiteralName) => IN_TURN.includes(kind);
  const [one, all] = [names.filter(isInTurn), names.filter(name => !isInTurn(name))];
  return (await Promise.all([inTurn(access, one), ...all.map(async name => [await examineName(access, name)])])).flat();
}

async function inTurn(access: RegionAccess, names: readonly LiteralName[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of names) findings.push(await examineName(access, name));
  return findings;
}

async function examineName(access: RegionAccess, { kind, name, stackName, isKept }: LiteralName): Promise<Finding> {
  const { region } = access;
  const found = await settled(exists(access, kind, name));
  if (isProblem(found)) return unknownIn(region, `${kind} ${name}: ${found.problem}`);
  if (!found.value) return { region, verdict: 'ok', says: `there is no ${kind} ${name} yet` };
  return {
    region,
    verdict: 'failed',
    says: `there is ${kind === 'event bus' ? 'an' : 'a'} ${kind} ${name} already, which ${stackName} is to make`,
    advice: isKept ? 'delete it, or take it over by "npx cdk deploy --import-existing-resources"' : 'delete it, or give the system another name',
  };
}
