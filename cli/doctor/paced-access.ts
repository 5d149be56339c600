import { isSilence } from '../operate/problem';
import { RegionAccess } from '../operate/region-access';

/** The number of calls that are under way in a region at once. */
const AT_ONCE = 6;

interface Client {
  send(command: object, options?: object): Promise<unknown>;
}

/**
 * The way into a region that is asked for much at a time: services throttle bursts, and a slow machine has no time for all answers at once. A region that has answered nothing by the time that its
 * first calls have ended counts as silent, and is not asked again.
 */
export class PacedAccess extends RegionAccess {
  private readonly clients = new Map<unknown, Promise<unknown>>();
  private readonly waiting: Array<() => void> = [];
  private underWay = 0;
  private hasAnswered = false;
  private silence?: unknown;

  public override async client<T>(ClientClass: new (configuration: any) => T): Promise<T> {
    const known = this.clients.get(ClientClass) as Promise<T> | undefined;
    if (known) return known;
    const made = super.client(ClientClass).then(client => this.paced(client as T & Client));
    this.clients.set(ClientClass, made);
    return made;
  }

  private paced<T extends Client>(client: T): T {
    const send = client.send.bind(client);
    client.send = async (command: object, options?: object) => this.inTurn(async () => send(command, options));
    return client;
  }

  private async inTurn<T>(call: () => Promise<T>): Promise<T> {
    if (this.underWay >= AT_ONCE) await new Promise<void>(resolve => this.waiting.push(resolve));
    else this.underWay++;
    try {
      if (!this.hasAnswered && this.silence !== undefined) throw this.silence;
      const answer = await call();
      this.hasAnswered = true;
      return answer;
    } catch (error) {
      if (isSilence(error)) this.silence ??= error;
      else this.hasAnswered = true;
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.underWay--;
    }
  }
}
