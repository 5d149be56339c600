import { Answer, isProblem, valueOf } from './answers';
import { AskedSystem } from './asked-system';
import { Identity } from './region-access';

/** The commands of an operator fail with this where nothing can be done, and nothing was changed. */
export class NothingDone extends Error {}

/** The answers of a region, of which the first is what the command is about. */
export interface AskedRegion {
  readonly region: string;
  readonly answer: Answer<unknown>;
  readonly identity?: Answer<Identity>;
}

/** Throws one line if the credentials are of another account than the one that the system is deployed to, as far as both are known. */
export function requireAccount({ name, accountId }: Pick<AskedSystem, 'name' | 'accountId'>, found: string | undefined): void {
  if (accountId !== undefined && found !== undefined && found !== accountId) {
    throw new NothingDone(`the credentials are of account ${found}, and ${name} is deployed to ${accountId}`);
  }
}

/** Throws one line if the credentials are at fault, or of another account than the system, or if no region can be asked at all. */
export function requireAnswers(system: AskedSystem, asked: readonly AskedRegion[]): void {
  for (const { answer, identity } of asked) {
    const refused = [answer, ...identity ? [identity] : []].filter(isProblem).find(({ isOfCredentials }) => isOfCredentials);
    if (refused) throw new NothingDone(refused.problem);
    requireAccount(system, identity && valueOf(identity)?.accountId);
  }
  const problems = asked.map(({ region, answer }) => (isProblem(answer) ? `${region}: ${answer.problem}` : undefined));
  if (problems.every(problem => problem !== undefined)) throw new NothingDone(`no region can be asked: ${problems.join('; ')}`);
}
