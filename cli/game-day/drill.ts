import { relative, resolve } from 'path';
import { STSClient } from '@aws-sdk/client-sts';
import { DeployedRegion } from './deployed-region';
import { Evacuations } from './evacuations';
import { FIS_FAULTS, FisFault, fisTemplate } from './fis/templates';
import { GameDay } from './game-day';
import { lookAt, reasonsNotToBegin, reasonsToBeSure, RegionLook } from './preconditions';
import { findTarget, restoreCommand, Target } from './target';
import type { DrillOptions } from '../commands/drill';
import { valueOf } from '../operate/answers';
import { requireRegion } from '../operate/asked-system';
import { confirm } from '../operate/confirm';
import { ControlTable } from '../operate/control-table';
import { Identity } from '../operate/region-access';
import { requireViews } from '../operate/region-views';
import { NothingDone, requireAccount } from '../operate/requirements';
import { Output } from '../output';
import { writeReport } from '../rehearsal/report/write-report';
import { runCommand } from '../rehearsal/telling/command';
import { loadWorkload } from '../rehearsal/workload/load-workload';

/** The folder of the reports, as of those of rehearsals. */
const SCRATCH = '.rehearsal';
/** The time that it may take to restore everything: a region may be silent, and is asked several times. */
const RESTORE_MS = 60_000;

/** Prints the template of a fault, filled in for a system. */
export async function printFisTemplate(fault: FisFault, options: DrillOptions, { out }: Output): Promise<void> {
  const target = findTarget(options);
  const region = options.target ?? target.description.regions[0];
  requireRegion(target.system, region);
  const { partition, accountId } = await accountOf(target);
  const roleArn = options.fisRole ?? `arn:${partition}:iam::${accountId}:role/<the role that FIS does it as>`;
  out(`${JSON.stringify(fisTemplate(fault, { system: target.description, region, partition, accountId, roleArn }), undefined, 2)}\n`);
}

export const describeFisFaults = (): string => Object.entries(FIS_FAULTS).map(([name, what]) => `${name}: ${what}`).join('\n');

/** Holds a game day; returns the exit code. Throws one line, before anything is done, if it may not begin. */
export async function drill(options: DrillOptions, args: readonly string[]): Promise<number> {
  const workload = await loadWorkload(options.workload!);
  const target = findTarget(options);
  const { system, description, sharedName, isLocal } = target;
  if (options.on === 'local' && !isLocal) throw new NothingDone('--on local needs --endpoint for each region, as "rehearse --keep" prints it');
  for (const region of [options.target, ...(options.fis ?? []).map(one => one.region)]) if (region !== undefined) requireRegion(system, region);

  const looks = await lookAt(system, description, target.accesses, options.timeout);
  requireViews(system, looks);
  refuse(target, looks, options.iKnow);
  const identity = valueOf(looks[0].identity)!;
  if (!options.yes) await confirm(questionFor(options, target, identity), system.name);

  const reports = [...options.report ?? [resolve(SCRATCH, 'game-day.html')], ...options.json ? [resolve(SCRATCH, 'game-day.json')] : []];
  let day: GameDay | undefined;
  let over: Promise<void> = Promise.resolve();
  // whatever ends this process, somebody hears what is left to do
  process.on('exit', () => { if (day?.restorations.advice !== undefined) process.stderr.write(`${day.restorations.advice}\n`); });
  return runCommand({
    title: 'Game day',
    words: {
      opening: `Game day of ${system.name} ${where(target, identity)}, for customers of ${sharedName}. Ctrl-C restores everything.`,
      stopping: 'Restoring everything …',
      stopped: () => (day?.restorations.advice === undefined ? 'Everything is restored.' : 'Not everything is restored.'),
    },
    scratch: resolve(SCRATCH),
    inFull: options.verbose === true,
    endMs: RESTORE_MS,
    work: async run => {
      const current = new GameDay({
        target,
        regions: async (history, restorations, signal) => {
          const evacuations = new Evacuations({
            tables: new Map(target.accesses.map(access => [access.region, ControlTable.in(access, system.controlTable)])),
            restorations,
            seconds: options.timeout,
            commandFor: region => restoreCommand(region, target),
            details: () => ({ by: identity.arn, at: new Date().toISOString(), reason: 'a game day' }),
          });
          return Promise.all(target.accesses.map(async access => new DeployedRegion({
            access,
            system: description,
            host: target.api.regionalNames[access.region],
            endpoint: options.endpoint?.[access.region],
            caller: identity.arn,
            credentials: await (await access.client(STSClient)).config.credentials(),
            evacuations,
            startedAt: history.startedAt.wall,
            signal,
          })));
        },
        workload,
        rate: options.rate,
        timeScale: isLocal ? options.timeScale : 1,
        evacuates: options.drills === 'evacuate',
        hit: options.target,
        experiments: (options.fis ?? []).map(({ template, region }) => ({
          template, access: target.accesses.find(access => access.region === region) ?? target.accesses[0],
        })),
        holdMs: options.hold * 1000,
        abortAfter: options.abortAfter,
        seed: options.seed,
        command: ['npx cdk-multi-region', ...args].join(' '),
        inFull: options.verbose === true,
      }, run);
      day = current;
      over = current.run();
      try {
        await over;
      } finally {
        reports.forEach(file => writeReport(current.report(), file));
      }
      return `Report: ${reports.map(file => relative('', file)).join(', ')}`;
    },
    end: async () => over.catch(() => {}),
  });
}

function refuse({ system: { name } }: Target, looks: readonly RegionLook[], iKnow?: string): void {
  const reasons = reasonsNotToBegin(looks);
  if (reasons.length > 0) throw new NothingDone(`${name} is not drilled: ${reasons.join('; ')}`);
  const doubts = reasonsToBeSure(name, looks);
  if (iKnow !== undefined && iKnow !== name) throw new NothingDone(`--i-know names ${iKnow}, and this is ${name}`);
  if (doubts.length > 0 && iKnow === undefined) throw new NothingDone(`${name} may be production: ${doubts.join('; ')}; --i-know ${name} drills it all the same`);
}

function questionFor({ drills, target: hit = 'the region that customers here are led to', fis = [] }: DrillOptions, target: Target, identity: Identity): string {
  const what = [...drills === 'evacuate' ? [`${hit} is evacuated`] : [], ...fis.map(({ template }) => `FIS runs ${template}`)];
  return `Customers send requests to ${target.sharedName} of ${target.system.name} ${where(target, identity)}, and ${what.join(', and ')}.`;
}

function where({ isLocal, description: { regions } }: Target, { accountId }: Identity): string {
  return `${isLocal ? 'in local regions' : `on AWS, in account ${accountId}`}: ${regions.join(', ')}`;
}

async function accountOf({ accesses, system }: Target): Promise<{ partition: string; accountId: string }> {
  const [access] = accesses;
  const identity = await access.identity();
  requireAccount(system, identity.accountId);
  return { partition: identity.arn.split(':')[1], accountId: identity.accountId };
}
