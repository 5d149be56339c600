import { isDeepStrictEqual } from 'util';
import type { Colors } from 'picocolors/types';
import { TooSlow } from '../lag/too-slow';

interface Note {
  readonly kind: 'note';
  readonly text: string;
}

interface Check {
  readonly kind: 'check';
  readonly claim: string;
  outcome: 'passed' | 'failed' | 'too slow';
  detail: string;
}

/** The sections that are printed at the end; every check in them is counted. */
export class Transcript {
  private readonly sections: Section[] = [];

  /** In the order in which they were opened. */
  public get allSections(): readonly Section[] {
    return this.sections;
  }

  public section(title: string): Section {
    const section = new Section(title);
    this.sections.push(section);
    return section;
  }

  public get passed(): number {
    return this.count('passed');
  }

  public get failed(): number {
    return this.count('failed');
  }

  /** The number of checks that say nothing of the app, because the machine was too slow. */
  public get tooSlow(): number {
    return this.count('too slow');
  }

  /** Renders all sections that have something in them, without the count: see `countLine`. */
  public render(colors: Colors): string {
    return this.sections.filter(section => section.entries.length > 0).map(section => section.render(colors)).join('\n');
  }

  /** Renders the sections in which something failed or could not be judged, with that alone. */
  public renderTrouble(colors: Colors): string {
    return this.sections.flatMap(section => section.trouble?.render(colors) ?? []).join('\n');
  }

  /** Returns the counts for programs to read, and so without color. */
  public countLine(): string {
    return `${this.passed} passed, ${this.failed} failed${this.tooSlow === 0 ? '' : `, ${this.tooSlow} could not be judged`}`;
  }

  private count(outcome: Check['outcome']): number {
    return this.sections.reduce((sum, section) => sum + section.count(outcome), 0);
  }
}

export class Section {
  public readonly entries: (Note | Check)[] = [];

  constructor(public readonly title: string) {}

  public get failed(): number {
    return this.count('failed');
  }

  /** The section with nothing but what failed or could not be judged, if there is any. */
  public get trouble(): Section | undefined {
    const trouble = new Section(this.title);
    trouble.entries.push(...this.entries.filter(entry => entry.kind === 'check' && entry.outcome !== 'passed'));
    return trouble.entries.length > 0 ? trouble : undefined;
  }

  public count(outcome: Check['outcome']): number {
    return this.entries.filter(entry => entry.kind === 'check' && entry.outcome === outcome).length;
  }

  public note(text: string): void {
    this.entries.push({ kind: 'note', text });
  }

  public failure(claim: string, detail: string): void {
    this.entries.push({ kind: 'check', claim, outcome: 'failed', detail });
  }

  /**
   * Checks a claim, and whether it holds: it does not if `prove` throws. So one failed check never hides another. If it throws `TooSlow`, the claim is not judged: it is neither a pass nor a failure.
   *
   * @param prove returns what was seen
   */
  public async check(claim: string, prove: () => Promise<string | void> | string | void): Promise<void> {
    // Takes its place now: checks may run side by side
    const check: Check = { kind: 'check', claim, outcome: 'failed', detail: 'not finished' };
    this.entries.push(check);
    try {
      check.detail = await prove() ?? '';
      check.outcome = 'passed';
    } catch (error) {
      check.detail = error instanceof Error ? error.message : String(error);
      if (error instanceof TooSlow) check.outcome = 'too slow';
    }
  }

  public render(colors: Colors): string {
    const lines = this.entries.map(entry => {
      if (entry.kind === 'note') {
        return `  ${entry.text}`;
      }
      const { claim, outcome, detail } = entry;
      switch (outcome) {
        case 'passed':
          return `  ${colors.green('✔')} ${claim}${detail && colors.dim(`: ${detail}`)}`;
        case 'failed':
          return `  ${colors.red(`✖ ${claim}`)}${detail && colors.red(`: ${detail}`)}`;
        case 'too slow':
          return `  ${colors.yellow(`? ${claim}: the machine was too slow to tell: ${detail}`)}`;
      }
    });
    return [colors.bold(colors.cyan(this.title)), ...lines, ''].join('\n');
  }
}

/** Throws unless two values are equal all the way down. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}
