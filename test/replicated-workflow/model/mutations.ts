import * as fc from 'fast-check';
import { brief, MINUTE, Scenario, stormy, struck, undisturbed } from './scenario';
import { Variant } from './workflow';
import { isFinal, LedgerEntry } from '../../../src/replicated-workflow/ledger-entry';
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
    decideExecution: (own, execution, now, config) => change(execution?.status, now) ?? takeover.decideExecution(own, execution, now, config),
  },
});
const isHeld = ({ status }: LedgerEntry) => status === 'STARTED';

/** What the promise would not survive: each takes away one thing that the ledger does. In between, the kind of scenario in which that soon shows. */
export const MUTATIONS: [string, fc.Arbitrary<Scenario>, Variant][] = [
  ['a peer does not witness', stormy, {
    starter: effects => ({ ...effects, open: async entry => (entry.status === 'WITNESSED' ? entry : effects.open(entry)) }),
  }],
  ['a late origin starts at once', undisturbed, {
    decisions: { decideArrival: (event, now, config) => (event.origin === config.region ? { kind: 'CLAIM', until: Infinity } : takeover.decideArrival(event, now, config)) },
  }],
  ['an event is taken for as old as its message', undisturbed, { decisions: { publishedAt: (_, sentAt) => sentAt } }],
  ['an event is taken for as old as it says', undisturbed, { decisions: { publishedAt: eventTime => eventTime } }],
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
    return now >= upSince! + config.takeoverAfter ? { kind: 'TAKE_OVER', until: Infinity } : { kind: 'WAIT', dueAt: own.dueAt };
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
    others.some(({ status }) => status === 'WITNESSED') ? { kind: 'RESOLVE' } : undefined
  ))],
  ['STARTED is taken for an end', stormy, onWitnessed(({ others }) => (others.some(isHeld) ? { kind: 'RESOLVE' } : undefined))],
  ['ends are not looked at', undisturbed, decideSweep((view, config) => (
    takeover.decideSweep({ ...view, others: view.others.filter(({ status }) => status === 'WITNESSED' || status === 'STARTED') }, config)
  ))],
  ['a region that returns acts at once', struck, { decisions: { upSince: () => 0 } }],
  ['a region sends heartbeats though its Step Functions does not answer', stormy, { sweeper: effects => ({ ...effects, stepFunctionsAnswers: async () => true }) }],
  ['what was started is not checked', stormy, decideSweep(({ own, now }) => (own.status === 'STARTED' ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['an end that the recorder missed is not recorded', stormy, decideExecution((status, now) => (
    status !== undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined
  ))],
  ['a claim that led to nothing is kept', stormy, decideExecution((status, now) => (status === undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['what still runs is given back', undisturbed, decideExecution(status => (status === 'RUNNING' ? { kind: 'WITHDRAW' } : undefined))],
];
