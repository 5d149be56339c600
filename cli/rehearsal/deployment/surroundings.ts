import { Secrets, standInSecrets } from './secrets';
import { SynthesizedApp } from './synthesized-app';
import { absentFrom, foreignLayersOf, imageFunctionsOf, userPoolsOf } from '../../system/absent';
import { UserError } from '../machine/user-error';

/** The surroundings that an app needs and does not make itself, as far as local regions can have them. */
export interface Surroundings {
  /** All secrets that are there before anything is deployed. */
  readonly secrets: Secrets;
  /** The parts that local regions do without, in a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Returns the surroundings of an app. Throws a `UserError` if something else makes what its deployment needs.
 *
 * @param given the secrets that the workload knows
 */
export function surroundingsOf({ assembly, system }: Pick<SynthesizedApp, 'assembly' | 'system'>, given: Secrets = {}): Surroundings {
  const absent = absentFrom(assembly, system);
  if (absent.length > 0) {
    throw new UserError(`Local regions have only what the app makes, and no stack of it makes ${absent.map(({ kind, name, regions }) => `the ${kind} ${name} in ${regions.join(', ')}`).join('; ')}: `
      + 'have the app make a stand-in for a rehearsal, by context.');
  }
  const standIns = standInSecrets(assembly, given);
  return {
    secrets: { ...given, ...standIns },
    notes: [
      ...Object.keys(standIns).map(name => `The secret ${name} has a value that nobody knows: give it by secrets of the workload's prepare.`),
      ...foreignLayersOf(assembly).map(arn => `The layer ${arn} is not here: functions run without it.`),
      ...imageFunctionsOf(assembly).map(name => `${name} runs a container image, which local regions do not: what calls it fails.`),
      ...userPoolsOf(assembly).map(arn => `The user pool ${arn} is not here: nobody has a token of it.`),
    ],
  };
}
