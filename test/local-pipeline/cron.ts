const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** What may stand for numbers, from the first on. */
  readonly words?: string[];
}

/** In the order of the expression. */
const FIELDS: Field[] = [
  { name: 'second', first: 0, last: 59 },
  { name: 'minute', first: 0, last: 59 },
  { name: 'hour', first: 0, last: 23 },
  { name: 'day', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12, words: MONTHS },
  { name: 'weekday', first: 1, last: 7, words: WEEKDAYS },
  { name: 'year', first: 1970, last: 2199 },
];

/**
 * The minutes in which a rule lets executions in, by a cron expression with seconds and, maybe, years. Days counted from the end of a month (L, W, #) are refused here, not by AWS.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
 */
export class DeploymentWindow {
  private readonly allowed: Set<number>[];
  private readonly format: Intl.DateTimeFormat;

  constructor(expression: string, timeZone = 'UTC') {
    const texts = expression.trim().split(/\s+/);
    if (texts.length < 6 || texts.length > 7) throw new Error(`a deployment window has 6 or 7 fields, received "${expression}"`);
    this.allowed = texts.map((text, i) => parse(FIELDS[i], text));
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', weekday: 'short',
    });
  }

  /** @param at milliseconds since 1970 */
  public isOpen(at: number): boolean {
    const parts = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, value]));
    const numbers = [0, parts.minute, parts.hour, parts.day, parts.month, WEEKDAYS.indexOf(parts.weekday.toUpperCase()) + 1, parts.year].map(Number);
    // a window is of whole minutes: its seconds are all of them
    return this.allowed.every((numbersOfField, i) => i === 0 || numbersOfField.has(numbers[i]));
  }
}

function parse(field: Field, text: string): Set<number> {
  return new Set(text.toUpperCase().split(',').flatMap(part => {
    const [range, step = '1'] = part.split('/');
    const [from, to] = range === '*' || range === '?' ? [field.first, field.last] : range.split('-').map(word => numberOf(field, word));
    const last = to ?? (part.includes('/') ? field.last : from);
    const numbers = Array.from({ length: last - from + 1 }, (_, i) => from + i);
    return numbers.filter((_, i) => i % Number(step) === 0);
  }));
}

function numberOf({ name, first, last, words = [] }: Field, word: string): number {
  const number = words.includes(word) ? words.indexOf(word) + first : Number(word);
  if (!Number.isInteger(number) || number < first || number > last) throw new Error(`a deployment window's ${name} must be from ${first} to ${last}, received "${word}"`);
  return number;
}
