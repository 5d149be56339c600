import { isDeepStrictEqual } from 'util';
import type { Colors } from 'picocolors/types';

interface Note {
  readonly kind: 'note';
  readonly text: string;
}

interface Check {
  readonly kind: 'check';
  readonly claim: string;
  passed: boolean;
  detail: string;
}

/** What is told at the end, in sections; every check in it is counted. */
export class Account {
  private readonly sections: Section[] = [];

  public section(title: string): Section {
    const section = new Section(title);
    this.sections.push(section);
    return section;
  }

  public get passed(): number {
    return this.checks.filter(check => check.passed).length;
  }

  public get failed(): number {
    return this.checks.filter(check => !check.passed).length;
  }

  /** All sections that have something in them, without the count: see `countLine`. */
  public render(colors: Colors): string {
    return this.sections.filter(section => section.entries.length > 0).map(section => section.render(colors)).join('\n');
  }

  /** For programs to read, and so without color. */
  public countLine(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }

  private get checks() {
    return this.sections.flatMap(section => section.entries).filter(entry => entry.kind === 'check');
  }
}

export class Section {
  public readonly entries: (Note | Check)[] = [];

  constructor(private readonly title: string) {}

  public get failed(): number {
    return this.entries.filter(entry => entry.kind === 'check' && !entry.passed).length;
  }

  public note(text: string): void {
    this.entries.push({ kind: 'note', text });
  }

  public failure(claim: string, detail: string): void {
    this.entries.push({ kind: 'check', claim, passed: false, detail });
  }

  /**
   * A claim, and whether it holds: it does not if `prove` throws. So one failed check never hides another.
   *
   * @param prove returns what was seen
   */
  public async check(claim: string, prove: () => Promise<string | void> | string | void): Promise<void> {
    // Takes its place now: checks may run side by side
    const check: Check = { kind: 'check', claim, passed: false, detail: 'not finished' };
    this.entries.push(check);
    try {
      check.detail = await prove() ?? '';
      check.passed = true;
    } catch (error) {
      check.detail = error instanceof Error ? error.message : String(error);
    }
  }

  public render(colors: Colors): string {
    const lines = this.entries.map(entry => {
      if (entry.kind === 'note') {
        return `  ${entry.text}`;
      }
      const { claim, passed, detail } = entry;
      return passed
        ? `  ${colors.green('✔')} ${claim}${detail && colors.dim(`: ${detail}`)}`
        : `  ${colors.red(`✖ ${claim}`)}${detail && colors.red(`: ${detail}`)}`;
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
