import { setTimeout as sleep } from 'timers/promises';
import pc from 'picocolors';
import { Concern, concernsOf, counted } from './concerns';
import { renderStatus } from './render';
import { statusOf, SystemStatus } from './system-status';
import { askedSystem, SystemOptions } from '../operate/asked-system';
import { NothingDone } from '../operate/requirements';
import { Output } from '../output';

/** The cursor to the upper left, and everything below it away: on most terminals, less of a flicker than an empty screen. */
const REDRAW = '\x1b[H\x1b[J';

export interface StatusOptions extends SystemOptions {
  readonly json?: boolean;
  /** The seconds from one look to the next. */
  readonly watch?: number;
}

/** Shows the state of a system, once or again and again. Throws if something needs a person. */
export async function status(options: StatusOptions, { out }: Output): Promise<void> {
  const system = askedSystem(options);
  const colors = pc.createColors(isTerminal() && pc.isColorSupported);
  const look = async (): Promise<readonly Concern[]> => {
    const found = await statusOf(system, options);
    const concerns = concernsOf(found);
    const text = options.json ? `${JSON.stringify(documentOf(found, concerns))}\n` : renderStatus(found, concerns, colors);
    out(options.watch !== undefined && !options.json ? `${isTerminal() ? REDRAW : ''}${text}\n` : text);
    return concerns;
  };
  if (options.watch !== undefined) {
    for (;;) {
      await look();
      await sleep(options.watch * 1000);
    }
  }
  const concerns = await look();
  if (concerns.length > 0) throw new NothingDone(`${system.name}: ${concerns.length === 1 ? '1 thing needs' : `${counted(concerns.length, 'thing')} need`} a person`);
}

const isTerminal = () => process.stdout.isTTY === true;

/** Returns the status as a program reads it. Minutes are null where no heartbeat came at all, since JSON knows no Infinity. */
export function documentOf({ regions, leads, controlTable: _, ...known }: SystemStatus, concerns: readonly Concern[]): object {
  return {
    ...known,
    isWell: concerns.length === 0,
    concerns,
    ...leads && { leads },
    regions: regions.map(({ evacuations: __, ...region }) => region),
  };
}
