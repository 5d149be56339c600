import { Clock } from './clock';
import { DeploymentWindow } from './cron';
import { Execution } from './execution';

/** What is asked of a rule. */
export interface RuleQuestion {
  readonly stage: string;
  readonly execution: Execution;
  /** With all variables resolved. */
  readonly configuration: Record<string, string>;
  readonly region?: string;
  readonly clock: Clock;
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
}

export interface RuleAnswer {
  readonly isMet: boolean;
  readonly summary: string;
}

export type RuleEvaluator = (question: RuleQuestion) => Promise<RuleAnswer>;

const MINUTE_MS = 60_000;

/** @see https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html */
const OPERATORS: Record<string, (variable: string, value: string) => boolean> = {
  EQ: (variable, value) => variable === value,
  NE: (variable, value) => variable !== value,
  CONTAINS: (variable, value) => variable.includes(value),
  MATCHES: (variable, value) => new RegExp(`^(?:${value})$`).test(variable),
};

/** The rules that the runner knows, by their providers. */
export const RULES: Record<string, RuleEvaluator> = {
  VariableCheck: async ({ configuration: { Variable, Operator, Value } }) => {
    const isMet = OPERATORS[Operator](Variable, Value);
    return { isMet, summary: `${Variable} ${Operator} ${Value} is ${isMet}` };
  },
  // waits, and never fails: an execution stands in front of the stage until the window opens
  DeploymentWindow: async ({ configuration: { Cron, TimeZone }, clock, signal }) => {
    const window = new DeploymentWindow(Cron, TimeZone);
    while (!window.isOpen(clock.now()) && !signal.aborted) {
      await clock.sleep(MINUTE_MS - clock.now() % MINUTE_MS, signal);
    }
    return { isMet: !signal.aborted, summary: `the window ${Cron} ${signal.aborted ? 'was not waited for' : 'is open'}` };
  },
};
