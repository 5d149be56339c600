import { matchesPattern } from './support/event-pattern';
import { ACCEPTED, EVENTS, REFUSED } from './support/event-pattern-corpus';
import { Engine, eventRuler, localRegion } from './support/event-ruler/engines';
import { orderSystem } from './support/order-system';
import { allTemplates, testApp } from './support/synth';
import { wholeSystem } from './support/whole-system';
import { patternFault } from '../src/global-event-bus/pattern-fault';

const ACCOUNT = '111122223333';
const ruler = eventRuler();
const local = localRegion();

/** The patterns in a template: of rules, archives, pipes and event source mappings. */
function patternsOf(template: any): object[] {
  return Object.values<any>(template.Resources ?? {}).flatMap(({ Type, Properties }) => {
    switch (Type) {
      case 'AWS::Events::Rule': case 'AWS::Events::Archive': return [Properties.EventPattern].filter(Boolean);
      case 'AWS::Pipes::Pipe': return (Properties.SourceParameters?.FilterCriteria?.Filters ?? []).map(({ Pattern }: any) => JSON.parse(Pattern));
      case 'AWS::Lambda::EventSourceMapping': return (Properties.FilterCriteria?.Filters ?? []).map(({ Pattern }: any) => JSON.parse(Pattern));
      default: return [];
    }
  }).map(known);
}

/** A pattern as it is deployed, with what CloudFormation fills in. */
function known(pattern: object): object {
  return JSON.parse(JSON.stringify(pattern), (_, value) => {
    if (value?.Ref === 'AWS::AccountId') return ACCOUNT;
    if (value?.Ref === 'AWS::Partition') return 'aws';
    if (value?.Ref !== undefined || value?.['Fn::GetAtt'] !== undefined) return 'some-resource';
    const [separator, parts] = value?.['Fn::Join'] ?? [];
    return parts === undefined ? value : parts.join(separator);
  });
}

const distinct = (patterns: object[]) => [...new Set(patterns.map(pattern => JSON.stringify(pattern)))].map(pattern => JSON.parse(pattern));
const fromTemplates = () => distinct([orderSystem(testApp(), 2), wholeSystem(3).system]
  .flatMap(system => Object.values(allTemplates(system)))
  .flatMap(patternsOf));

const ask = (engine: Engine, patterns: object[], events: object[]) => engine(patterns.map(pattern => ({ pattern, events })));

/** Runs where the engine is to be had, and is shown as skipped elsewhere. */
const withEngine = (engine: Engine | undefined) => (engine ? test : test.skip);

/** What the local region takes though the engine does not: it sees a field of that name, which no event has. */
const TAKEN_LOCALLY = [{ $or: { source: ['a'] } }].map(pattern => JSON.stringify(pattern));

describe('AWS\'s own engine of event patterns', () => {
  let patterns: object[] = [];
  beforeAll(() => { patterns = ruler ? fromTemplates() : []; }, 120_000);

  withEngine(ruler)('takes every pattern of the library, and so does the check of patterns that users give', () => {
    expect(patterns.length).toBeGreaterThan(20);
    expect(ask(ruler!, patterns, []).filter(({ refused }) => refused)).toEqual([]);
    expect(patterns.map(patternFault).filter(Boolean)).toEqual([]);
  }, 120_000);

  withEngine(ruler)('takes what the check takes, and refuses what it refuses', () => {
    const refusedOf = (some: object[]) => {
      const answers = ask(ruler!, some, []);
      return some.filter((_, i) => answers[i].refused !== undefined);
    };
    const refused = REFUSED.map(([pattern]) => pattern);
    expect(refusedOf(ACCEPTED)).toEqual([]);
    expect(refusedOf(refused)).toEqual(refused);
  }, 120_000);

  withEngine(ruler)('matches what the matcher of the tests does', () => {
    const answers = ask(ruler!, patterns, EVENTS);
    expect(answers.flatMap(({ matches }) => matches).filter(Boolean).length).toBeGreaterThan(20);
    patterns.forEach((pattern, i) => {
      expect([pattern, EVENTS.map(event => matchesPattern(pattern as Record<string, unknown>, event))]).toEqual([pattern, answers[i].matches]);
    });
  }, 120_000);

  withEngine(ruler && local)('takes and matches what the local region does', () => {
    const all = [...patterns, ...ACCEPTED, ...REFUSED.map(([pattern]) => pattern)]
      .filter(pattern => !TAKEN_LOCALLY.includes(JSON.stringify(pattern)));
    const verdicts = (engine: Engine) => ask(engine, all, EVENTS).map(({ refused, matches }, i) => [all[i], refused === undefined ? matches : 'refused']);
    expect(verdicts(local!)).toEqual(verdicts(ruler!));
  }, 120_000);
});
