import { setTimeout as sleep } from 'timers/promises';
import { Restoration, Restorations } from './restorations';
import { Evacuation } from '../../src/evacuation-switch/constants';
import { isProblem, settledWithin } from '../operate/answers';
import { ControlTable, describeEvacuation } from '../operate/control-table';

const ROUNDS = 6;
const ROUND_PAUSE_MS = 500;

export interface EvacuationsProps {
  /** The control table's replica of each region. */
  readonly tables: ReadonlyMap<string, ControlTable>;
  readonly restorations: Restorations;
  /** The time that a region may take to answer, in seconds. */
  readonly seconds: number;
  /** The command that takes an evacuation back. */
  readonly commandFor: (region: string) => string;
  readonly details: () => Required<Omit<Evacuation, 'pk'>>;
}

/** Evacuates regions as the command does, and takes nothing back but that. */
export class Evacuations {
  private readonly own = new Map<string, () => Promise<void>>();

  constructor(private readonly props: EvacuationsProps) {}

  /** Evacuates a region by a write in another one. Throws if somebody else has: that stays. */
  public async begin(region: string, writtenIn: string): Promise<void> {
    const { tables, restorations, commandFor, details } = this.props;
    const restoration: Restoration = {
      what: `the evacuation of ${region}`, command: () => commandFor(region), takeBack: async () => this.takeBack(region, writtenIn),
    };
    // noted first: it may happen even if there is no answer
    this.own.set(region, restorations.begin(restoration));
    const before = await tables.get(writtenIn)!.evacuate(region, details());
    if (!before) return;
    restorations.forget(restoration);
    throw new Error(`${region} is evacuated already, ${describeEvacuation(before)}`);
  }

  /** Takes an evacuation back that was begun here. */
  public async end(region: string): Promise<void> {
    await this.own.get(region)?.();
  }

  /**
   * Deletes it wherever it is known, until nobody knows it any more. It is not taken back while the region where it was written is silent: a deletion elsewhere of what has not arrived yet
   * would be earlier than that.
   */
  private async takeBack(region: string, writtenIn: string): Promise<void> {
    const { tables, seconds } = this.props;
    let left = '';
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) await sleep(ROUND_PAUSE_MS);
      const answers = await Promise.all([...tables].map(async ([name, table]) => (
        { name, known: await settledWithin(seconds, deleteKnown(table, region)) }
      )));
      const problems = answers.flatMap(({ name, known }) => (isProblem(known) && name === writtenIn ? [`${name}: ${known.problem}`] : []));
      const knowing = answers.filter(({ known }) => !isProblem(known) && known.value).map(({ name }) => name);
      if (problems.length === 0 && knowing.length === 0) return;
      left = [...problems, ...knowing.map(name => `${name} still knew it`)].join('; ');
    }
    throw new Error(`the evacuation of ${region} is not taken back: ${left}`);
  }
}

/** Returns whether it was known. */
async function deleteKnown(table: ControlTable, region: string): Promise<boolean> {
  if (!await table.evacuationOf(region)) return false;
  await table.restore(region);
  return true;
}
