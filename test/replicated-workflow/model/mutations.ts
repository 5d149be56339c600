import * as fc from 'fast-check';
import { brief, MINUTE, Scenario, stormy, struck, undisturbed } from './scenario';
import { Variant } from './workflow';
import { Part } from '../../../src/replicated-workflow/ledger';
import * as takeover from '../../../src/replicated-workflow/takeover';
import { OnDue, OnExecution, Terms, View } from '../../../src/replicated-workflow/takeover';

const onDue = (change: (view: View, terms: Terms) => OnDue | undefined): Variant => ({
  rules: { onDue: (view, terms) => change(view, terms) ?? takeover.onDue(view, terms) },
});
const onWitnessed = (change: (view: View, terms: Terms) => OnDue | undefined) => onDue((view, terms) => (
  view.own.status === 'WITNESSED' ? change(view, terms) : undefined
));
const onExecution = (change: (status: string | undefined, now: number) => OnExecution | undefined): Variant => ({
  rules: { onExecution: (own, execution, now, terms) => change(execution?.status, now) ?? takeover.onExecution(own, execution, now, terms) },
});
const isHeld = ({ status }: Part) => status === 'STARTED';

/** What the promise would not survive: each takes away one thing that the ledger does. In between, the kind of scenario in which that soon shows. */
export const MUTATIONS: [string, fc.Arbitrary<Scenario>, Variant][] = [
  ['a peer does not witness', stormy, {
    starter: effects => ({ ...effects, open: async part => (part.status === 'WITNESSED' ? part : effects.open(part)) }),
  }],
  ['a late origin starts at once', undisturbed, {
    rules: { onEvent: (event, now, terms) => (event.origin === terms.region ? { kind: 'CLAIM', until: Infinity } : takeover.onEvent(event, now, terms)) },
  }],
  ['an event is taken for as old as its message', undisturbed, { rules: { publishedAt: (_, sentAt) => sentAt } }],
  ['an event is taken for as old as it says', undisturbed, { rules: { publishedAt: eventTime => eventTime } }],
  ['the origin starts before it claims', undisturbed, {
    starter: effects => {
      let claim: () => Promise<unknown> = async () => undefined;
      return {
        ...effects,
        open: async part => {
          if (part.status === 'WITNESSED') return effects.open(part);
          claim = () => effects.open(part);
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
  ['a successor takes over too early', brief, onDue((view, terms) => takeover.onDue(view, { ...terms, takeoverAfter: MINUTE / 2 }))],
  ['all successors act at once', undisturbed, onDue((view, terms) => takeover.onDue(view, { ...terms, regions: [terms.region] }))],
  ['a turn has no end', struck, onWitnessed((view, terms) => {
    const { own, now, others, upSince } = view;
    if (takeover.onDue(view, terms).kind !== 'WAIT' || own.dueAt > now || others.some(isHeld)) return undefined;
    return now >= upSince! + terms.takeoverAfter ? { kind: 'TAKE_OVER', until: Infinity } : { kind: 'WAIT', dueAt: own.dueAt };
  })],
  ['beats are not heeded', undisturbed, onDue((view, terms) => takeover.onDue({ ...view, beats: new Map() }, terms))],
  ['only the first of several holders is heeded', struck, onWitnessed((view, terms) => {
    const [first] = view.others.filter(isHeld).sort((a, b) => a.startedAt! - b.startedAt!);
    return takeover.onDue({ ...view, others: view.others.filter(part => !isHeld(part) || part === first) }, terms);
  })],
  ['a holder is waited for for ever', stormy, onWitnessed(({ others, now }) => (
    others.some(isHeld) && !others.some(({ status }) => takeover.isFinal(status)) ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined
  ))],
  ['what is evacuated need not be silent', undisturbed, onDue((view, terms) => (
    takeover.onDue({ ...view, beats: new Map([...view.beats].filter(([region]) => !view.evacuated.has(region))) }, terms)
  ))],
  ['WITNESSED is taken for an end', stormy, onWitnessed(({ others }) => (
    others.some(({ status }) => status === 'WITNESSED') ? { kind: 'RESOLVE' } : undefined
  ))],
  ['STARTED is taken for an end', stormy, onWitnessed(({ others }) => (others.some(isHeld) ? { kind: 'RESOLVE' } : undefined))],
  ['ends are not looked at', undisturbed, onDue((view, terms) => (
    takeover.onDue({ ...view, others: view.others.filter(({ status }) => status === 'WITNESSED' || status === 'STARTED') }, terms)
  ))],
  ['a region that returns acts at once', struck, { rules: { upSince: () => 0 } }],
  ['a region beats though its Step Functions does not answer', stormy, { sweeper: effects => ({ ...effects, answers: async () => true }) }],
  ['what was started is not checked', stormy, onDue(({ own, now }) => (own.status === 'STARTED' ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['an end that the recorder missed is not recorded', stormy, onExecution((status, now) => (
    status !== undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined
  ))],
  ['a claim that led to nothing is kept', stormy, onExecution((status, now) => (status === undefined ? { kind: 'WAIT', dueAt: now + MINUTE } : undefined))],
  ['what still runs is given back', undisturbed, onExecution(status => (status === 'RUNNING' ? { kind: 'WITHDRAW' } : undefined))],
];
