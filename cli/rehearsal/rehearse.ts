import { join, relative, resolve } from 'path';
import pc from 'picocolors';
import { DEFAULT_DRILLS, parseDrills } from './drills/drill-names';
import { ALL_NEMESES } from './drills/nemeses/all-nemeses';
import { howToTry, tellWhereTheNameLeads } from './keep';
import { Rehearsal } from './rehearsal';
import { reportFileProblem, writeReport } from './report/write-report';
import { runCommand, say } from './telling/command';
import { loadWorkload } from './workload/load-workload';
import type { RehearseOptions } from '../commands/rehearse';
import { shellWord } from '../shell-word';

/** The folder that a rehearsal writes to, in the one that it is called in. */
const SCRATCH = '.rehearsal';

/** Says what is wrong with the options, in a line; nothing if they will do. */
export function usageProblem({ drills, report = [] }: RehearseOptions): string | undefined {
  try {
    requestsOf(drills);
  } catch (error) {
    return (error as Error).message;
  }
  return report.flatMap(file => reportFileProblem(file) ?? [])[0];
}

/** Describes, for people, what can go wrong. */
export function describeDrills(): string {
  const width = Math.max(...ALL_NEMESES.map(({ name }) => name.length));
  return `${ALL_NEMESES.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`).join('\n')}\n`;
}

/** Rehearses the app in the current folder; returns the exit code. */
export async function rehearse(options: RehearseOptions): Promise<number> {
  const { keep, ui, uiPort, verbose: inFull = false, report, json } = options;
  const isWatched = ui === true || uiPort !== undefined;
  const reports = [...report ?? [join(SCRATCH, 'report.html')], ...json ? [join(SCRATCH, 'report.json')] : []];
  let rehearsal: Rehearsal | undefined;
  return runCommand({
    title: 'Rehearsal',
    scratch: resolve(SCRATCH),
    inFull,
    work: async run => {
      const workload = options.workload === undefined ? undefined : await loadWorkload(options.workload);
      const running = new Rehearsal({
        ...options,
        ...run,
        appFolder: process.cwd(),
        scratch: resolve(SCRATCH),
        inFull,
        command: repeating(process.argv.slice(2), options.seed),
        workload,
        drills: requestsOf(options.drills),
        ui: isWatched ? { port: uiPort } : undefined,
      });
      rehearsal = running;
      try {
        await running.run();
      } finally {
        // of what did not come to its end as well
        if (running.hasBegun) reports.forEach(file => writeReport(running.report(), file));
      }
      return [running.whatIsDifferent, `Report: ${reports.map(file => relative('', file)).join(', ')}`].join('\n');
    },
    keep: keep || isWatched ? ({ transcript, signal }) => {
      const { running } = rehearsal!;
      say(`\n${howToTry(running!, rehearsal!.assemblyFolder, pc)}\n\n${transcript.countLine()}\n`);
      if (isWatched) rehearsal!.keepCustomers();
      void tellWhereTheNameLeads(running!, say, signal);
    } : undefined,
    end: async () => rehearsal?.close(),
  });
}

function requestsOf(drills = DEFAULT_DRILLS) {
  return drills === 'none' ? [] : parseDrills(drills);
}

/** Returns the same command with the same seed. */
function repeating(args: readonly string[], seed: number): string {
  const words = args.some(arg => /^--seed(=|$)/.test(arg)) ? args : [...args, '--seed', String(seed)];
  return ['npx cdk-multi-region', ...words.map(shellWord)].join(' ');
}
