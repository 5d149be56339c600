import { RunningRegion } from '../../regions/running-region';
import { expectDenials } from '../expected-denials';
import { anyOf, NO_API, NO_TABLE, NO_WORKLOAD } from '../lacks';
import { Nemesis } from '../nemesis';
import { NothingToHit } from '../nothing-to-hit';
import { Stage } from '../stage';
import { checkStays } from '../stays';
import { oneRegion, pick, regionsNamed } from '../targets';
import { withUndo } from '../undo';

/** The time within which a function was invoked that is invoked again and again. */
const RECENTLY_MS = 20_000;

/**
 * A function behind a route may no longer do with a table what it did until now, so that it fails. Customers are not led elsewhere: what is wrong with the application may be wrong in every region, and health
 * that asked for it would take all of them out of service at once.
 */
export const DENY: Nemesis = {
  name: 'deny',
  summary: 'the role of a function loses what it did with a table: its requests fail, and health checks do not look at that',
  leaves: false,
  mayFail: () => true,
  mayDouble: false,
  redrives: 'hit',
  lacks: anyOf(NO_API, NO_TABLE, NO_WORKLOAD),
  targets: oneRegion,
  inject: async (stage, targets) => {
    const denied = await Promise.all(regionsNamed(stage, targets).map(async region => (
      { region, before: await region.denials(), ...await choose(stage, region) }
    )));
    const takeBack = await withUndo(async undo => {
      for (const { region, name, role, used } of denied) {
        undo(async () => region.functions.allowAgain(role));
        await region.functions.deny(role, used);
        stage.section.note(`In ${region.name}, ${name} may no longer ${used.actions.join(', ')} on ${used.table.split('/').at(-1)}.`);
      }
    });
    return async () => {
      await takeBack();
      for (const { region, before, role } of denied) {
        await stage.section.check(`IAM in ${region.name} denied nothing but that`, async () => expectDenials(stage, region, before, [role, 'dynamodb:']));
      }
    };
  },
  whileThere: checkStays,
};

/** Chooses a function of the application behind a route that customers use, and what it did with a table. */
async function choose({ system, random }: Stage, region: RunningRegion) {
  const own = new Set(system.functions.filter(({ isLibrary }) => !isLibrary).map(({ name }) => name));
  const names = [...new Set(system.apis.flatMap(({ routes }) => routes.map(route => route.function)))].filter(name => own.has(name));
  const since = new Date(Date.now() - RECENTLY_MS);
  const found = await Promise.all(names.map(async name => {
    if (await region.functions.invocationsOf(name, since) === 0) return [];
    const role = await region.functions.roleOf(name);
    return (await region.functions.tableUses(role)).map(used => ({ name, role, used }));
  }));
  const choices = found.flat();
  if (choices.length === 0) throw new NothingToHit(`no function behind a route does anything with a table in ${region.name}`);
  return pick(choices, random);
}
