import * as fc from 'fast-check';
import { ahead, belated, brief, contested, halfSeen, MINUTE, Scenario, stormy, struck, undisturbed } from './scenario';
import { Variant } from './workflow';
import { isFinal, LedgerEntry } from '../../../src/replicated-workflow/ledger-entry';
import { StarterEffects } from '../../../src/replicated-workflow/protocol';
import * as takeover from '../../../src/replicated-workflow/takeover';
import { ExecutionDecision, LedgerView, SweepDecision } from '../../../src/replicated-workflow/takeover';
import { TakeoverConfig } from '../../../src/replicated-workflow/takeover-config';

const decideSweep = (change: (view: LedgerView, config: TakeoverConfig) => SweepDecision | undefined): Variant => ({
  decisions: { decideSweep: (view, config) => change(view, config) ?? takeover.decideSweep(view, config) },
});
const onWitnessed = (change: (view: LedgerView, config: TakeoverConfig) => SweepDecision | undefined) => decideSweep((view, config) => (
  view.own.status === 'WITNESSED' ? change(view, config) : undefined
));
const decideExecution = (change: (status: string | undefined, now: number) => ExecutionDecision | undefined): Variant => ({
  decisions: {
    decideExecution: (view, execution, now, config) => change(execution?.status, now) ?? takeover.decideExecution(view, execution, now, config),
  },
});
const onArrival = (seen: (entries: readonly LedgerEntry[]) => readonly LedgerEntry[]): Variant => ({
  starter: (effects: StarterEffects) => ({ ...effects, entries: async name => seen(await effects.entries(name)) }),
});
const isHeld = ({ status }: LedgerEntry) => status === 'STARTED';

/** What the promise would not survive: each takes away one thing that the ledger does. In between, the kind of scenario in which that soon shows. */
export const MUTATIONS: [string, fc.Arbitrary<Scenario>, Variant][] = [
  ['a peer does not witness', stormy, {
    starter: effects => ({ ...effects, open: async entry => (entry.status === 'WITNESSED' ? entry : effects.open(entry)) }),
  }],
  ['a late origin starts at once', undisturbed, {
    decisions: {
      decideArrival: (event, entries, now, config) => {
        const decision = takeover.decideArrival(event, entries, now, config);
        return decision.kind === 'WITNESS' && event.origin === config.region ? { kind: 'CLAIM', until: Infinity } : decision;
      },
    },
  }],
  ['an event is taken for as old as its message', belated, { decisions: { publishedAt: (_, sentAt) => sentAt } }],
  ['an event is taken for as old as it says', ahead, { decisions: { publishedAt: eventTime => eventTime } }],
  ['the origin starts before it claims', undisturbed, {
    starter: effects => {
      let claim: () => Promise<unknown> = async () => undefined;
      return {
        ...effects,
        open: async entry => {
          if (entry.status === 'WITNESSED') return effects.open(entry);
          claim = () => effects.open(entry);
          return undefined;
        },
        start: async (name, input) => {
          await effects.start(name, input);
          await claim();
        },
      };
    },
  }],
  ['a successor starts before it claims', undisturbed, {
    sweeper: effects => {
      const claims = new Map<string, () => Promise<unknown>>();
      return {
        ...effects,
        change: async (seen, change) => {
          if (change.kind !== 'CLAIM') return effects.change(seen, change);
          claims.set(seen.name, () => effects.change(seen, change));
          return effects.inputOf(seen.name);
        },
        start: async (name, input) => {
          await effects.start(name, input);
          await claims.get(name)!();
        },
      };
    },
  }],
  ['a successor takes over too early', brief, decideSweep((view, config) => takeover.decideSweep(view, { ...config, takeoverAfter: MINUTE / 2 }))],
  ['all successors act at once', undisturbed, decideSweep((view, config) => takeover.decideSweep(view, { ...config, regions: [config.region] }))],
  ['a turn has no end', struck, onWitnessed((view, config) => {
    const { own, now, others, upSince } = view;
    if (takeover.decideSweep(view, config).kind !== 'WAIT' || own.dueAt > now || others.some(isHeld)) return undefined;
    return now >= upSince! + config.takeoverAfter ? { kind: 'TAKE_OVER', until: Infinity, cycle: 0 } : { kind: 'WAIT', dueAt: own.dueAt };
  })],
  ['heartbeats are not heeded', undisturbed, decideSweep((view, config) => takeover.decideSweep({ ...view, heartbeats: new Map() }, config))],
  ['only the first of several holders is heeded', struck, onWitnessed((view, config) => {
    const [first] = view.others.filter(isHeld).sort((a, b) => a.startedAt! - b.startedAt!);
    return takeover.decideSweep({ ...view, others: view.others.filter(entry => !isHeld(entry) || entry === first) }, config);
  })],
  ['a holder is waited for for ever', stormy, onWitnessed(({ others, now }) => (
    others.some(isHeld) && !others.some(({ status }) => isFinal(status)) ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined
  ))],
  ['what is evacuated need not be silent', undisturbed, decideSweep((view, config) => (
    takeover.decideSweep({ ...view, heartbeats: new Map([...view.heartbeats].filter(([region]) => !view.evacuated.has(region))) }, config)
  ))],
  ['WITNESSED is taken for an end', stormy, onWitnessed(({ others }) => (
    others.some(({ status }) => status === 'WITNESSED') ? { kind: 'RESOLVE', keepsEvent: false } : undefined
  ))],
  ['STARTED is taken for an end', stormy, onWitnessed(({ others }) => (others.some(isHeld) ? { kind: 'RESOLVE', keepsEvent: false } : undefined))],
  ['ends are not looked at', undisturbed, decideSweep((view, config) => (
    takeover.decideSweep({ ...view, others: view.others.filter(({ status }) => status === 'WITNESSED' || status === 'STARTED') }, config)
  ))],
  ['a region that returns acts at once', struck, { decisions: { upSince: () => 0 } }],
  ['a region sends heartbeats though its Step Functions does not answer', stormy, { heartbeat: effects => ({ ...effects, stepFunctionsAnswers: async () => true }) }],
  ['what was started is not checked', stormy, decideSweep(({ own, now }) => (own.status === 'STARTED' ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['an end that the recorder missed is not recorded', stormy, decideExecution((status, now) => (
    status !== undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined
  ))],
  ['a claim that led to nothing is kept', stormy, decideExecution((status, now) => (status === undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['what still runs is given back', undisturbed, decideExecution(status => (status === 'RUNNING' ? { kind: 'WITHDRAW' } : undefined))],
  ['the origin does not read what others have written', contested, onArrival(() => [])],
  ['a claim of another region is not heeded on arrival', contested, onArrival(entries => entries.filter(entry => !isHeld(entry)))],
  ['an end in another region is not heeded on arrival', contested, onArrival(entries => entries.filter(({ status }) => !isFinal(status) && status !== 'RESOLVED'))],
  ['an origin counts from its own event, whatever others have seen of the key', belated, {
    decisions: {
      decideArrival: (event, entries, now, config) => (
        takeover.decideArrival(event, entries.map(entry => ({ ...entry, publishedAt: event.publishedAt })), now, config)
      ),
    },
  }],
  ['a region counts turns from its own event, whatever others have seen of the key', contested, onWitnessed((view, config) => {
    const { origin, publishedAt } = view.own;
    return takeover.decideSweep({ ...view, others: view.others.map(one => ({ ...one, origin, publishedAt })) }, config);
  })],
  ['the sweeper waits for the concurrency that others use up', undisturbed, { sweeperWaitsFor: 'BUSY' }],
  ['the heartbeat waits for the control table', undisturbed, { sweeperWaitsFor: 'CONTROL_TABLE' }],
  ['a region whose Step Functions is asked too often sends no heartbeat', undisturbed, { sweeperWaitsFor: 'THROTTLED' }],
  ['what is deferred is forgotten', stormy, { starter: effects => ({ ...effects, defer: async () => undefined }) }],
  ['what is deferred is deferred again and again', stormy, { decisions: { deferralOf: ({ origin }, _, { region }) => (origin === region ? undefined : MINUTE) } }],
  ['an execution that cannot be described is taken for missing', undisturbed, {
    sweeper: effects => ({
      ...effects,
      find: async name => {
        const found = await effects.find(name);
        return found === 'UNKNOWN' ? 'NONE' : found;
      },
    }),
  }],
  ['turns begin again with the first successor after each takeover', halfSeen, onWitnessed((view, config) => (
    takeover.decideSweep({ ...view, others: view.others.map(one => ({ ...one, cycle: undefined })) }, config)
  ))],
];
