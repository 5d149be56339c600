import { RunningRegion } from '../../regions/running-region';
import { expectEqual } from '../../telling/transcript';
import { differences } from '../../workload/checkers/items';
import { NO_ARCHIVE } from '../lacks';
import { Nemesis } from '../nemesis';
import { untilQuiet } from '../quiet';
import { Stage } from '../stage';
import { oneRegion, regionsNamed } from '../targets';
import { until } from '../until';

const REPLAY_MS = 60_000;

/** The archives of one region, which hold the events of all, are replayed there: every consumer gets them once more, and nothing is done twice. */
export const REPLAY: Nemesis = {
  name: 'replay',
  summary: 'all archived events are given once more to the consumers of a region, which do nothing twice',
  leaves: false,
  mayFail: () => false,
  mayDouble: false,
  lacks: NO_ARCHIVE,
  targets: oneRegion,
  // under load: the checks of the history say whether anything was done twice
  inject: async (stage, targets) => {
    const replays = await Promise.all(regionsNamed(stage, targets).map(async region => start(stage, region, 'under-load')));
    return async () => { await Promise.all(replays.map(async ended => ended())); };
  },
  // and without, so that nothing else can have changed anything
  afterwards: async (stage, targets) => {
    for (const region of regionsNamed(stage, targets)) await replayInQuiet(stage, region);
  },
};

async function replayInQuiet(stage: Stage, region: RunningRegion): Promise<void> {
  const { section, system, regions } = stage;
  const since = new Date();
  const before = await look(stage, since);
  let after = before;
  await section.check(`the archives of ${region.name} are replayed from their beginning`, async () => {
    await (await start(stage, region, 'in-quiet'))();
    await untilQuiet(stage);
    after = await look(stage, since);
  });
  const here = regions.indexOf(region);
  await section.check('the other regions got none of the events', () => {
    regions.forEach(({ name }, i) => {
      if (i !== here) expectEqual(`invocations in ${name}`, after[i].invocations, before[i].invocations);
    });
    return `functions in ${region.name} were invoked ${after[here].invocations - before[here].invocations} times`;
  });
  await section.check('no workflow ran again, and no record changed', () => {
    after.forEach(({ executions, tables }, i) => {
      expectEqual(`executions in ${regions[i].name}`, executions, before[i].executions);
      system.tables.forEach((table, t) => {
        if (differences(table, before[i].tables[t], tables[t], ['there before', 'there afterwards']).length > 0) {
          throw new Error(`${table.name} in ${regions[i].name} is not as it was`);
        }
      });
    });
    return `${after.reduce((sum, { executions }) => sum + executions, 0)} executions, as before`;
  });
}

/** Starts a replay of each archive. Returns what waits until all have come to their end. */
async function start(stage: Stage, region: RunningRegion, what: string): Promise<() => Promise<void>> {
  const archived = stage.system.buses.filter(({ archive }) => archive !== undefined);
  // names are unique in a region and an account, and other drills may have replayed as well
  const replays = archived.map((bus, i) => ({ bus, name: `replay-${stage.runId}-${Math.round(stage.history.now())}-${what}-${i}`.slice(0, 64) }));
  await Promise.all(replays.map(async ({ bus, name }) => region.startReplay(name, bus, new Date(0), new Date())));
  return async () => {
    for (const { name } of replays) {
      const state = await until(stage, { what: `the end of ${name}`, withinMs: REPLAY_MS, pollMs: 250 }, async () => {
        const found = await region.replayState(name);
        return ['COMPLETED', 'FAILED', 'CANCELLED'].includes(found) ? found : undefined;
      });
      expectEqual(`state of ${name}`, state, 'COMPLETED');
    }
  };
}

/** Returns what each region has, in the order of the regions. */
async function look({ regions, system }: Stage, since: Date) {
  return Promise.all(regions.map(async region => ({
    tables: await Promise.all(system.tables.map(async ({ name }) => region.items(name))),
    executions: (await region.executions()).length,
    invocations: await region.functions.invocations(since),
  })));
}
