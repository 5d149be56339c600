import { readFileSync } from 'fs';
import { EmulationReport } from '../report/report';

/** The support of a local region for the resource types in a template. What it makes of others, `skippedIn` says: MiniStack has some of them. */
export class ResourceTypes {
  public static read(file: string): ResourceTypes {
    return new ResourceTypes(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Verdict>);
  }

  constructor(private readonly verdicts: Record<string, Verdict>) {}

  /**
   * Returns the report on the types of a system, those that are less than on AWS.
   *
   * @param types of all its resources, each as often as it occurs
   * @param skipped the types of which some resource was skipped
   */
  public report(types: readonly string[], skipped: ReadonlySet<string>): EmulationReport['types'] {
    return [...new Set(types)].sort().map(type => {
      const count = types.filter(one => one === type).length;
      if (skipped.has(type)) return { type, count, verdict: 'skipped' as const, note: 'Nothing is behind it here: it has a name and made-up attributes.' };
      const known = type.startsWith('Custom::') ? CUSTOM_RESOURCE : type;
      const { verdict, note } = Object.hasOwn(this.verdicts, known) ? this.verdicts[known] : UNREVIEWED;
      return { type, count, verdict, note };
    }).filter(({ verdict, note }) => verdict !== 'emulated' || note !== '');
  }
}

const CUSTOM_RESOURCE = 'AWS::CloudFormation::CustomResource';
/** MiniStack has more types than those whose emulation was looked at. */
const UNREVIEWED: Verdict = { verdict: 'emulated', note: 'By MiniStack; nobody has looked at what it lacks.' };

interface Verdict {
  readonly verdict: 'emulated' | 'accepted';
  readonly note: string;
}
