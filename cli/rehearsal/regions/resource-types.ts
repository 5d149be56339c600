import { readFileSync } from 'fs';

/** What a local region makes of the resource types in a template. */
export class ResourceTypes {
  public static read(file: string): ResourceTypes {
    return new ResourceTypes(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Verdict>);
  }

  constructor(private readonly verdicts: Record<string, Verdict>) {}

  /** Of these types, those that deploy and then do nothing. */
  public accepted(types: string[]): { type: string; note: string }[] {
    return types.filter(type => this.verdicts[type]?.verdict === 'accepted').map(type => ({ type, note: this.verdicts[type].note }));
  }

  /** Of these types, those that nothing is known about. */
  public unknown(types: string[]): string[] {
    return types.filter(type => !Object.hasOwn(this.verdicts, type));
  }
}

interface Verdict {
  readonly verdict: 'emulated' | 'accepted';
  readonly note: string;
}
