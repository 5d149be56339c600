import { lookup } from 'dns/promises';
import { setTimeout as sleep } from 'timers/promises';
import { send } from '../rehearsal/regions/http-request';
import { Led, NameService } from '../rehearsal/workload/load';

/** The resolver of this machine keeps answers for as long as they may be kept, so that asking it often costs nobody anything. */
const EVERY_MS = 1000;
const PATIENCE_MS = 3000;

export interface PublicNameProps {
  readonly sharedName: string;
  readonly healthPath: string;
  readonly regions: readonly string[];
  readonly signal: AbortSignal;
  /**
   * Returns the addresses of the name at this moment, which this machine connects to.
   *
   * @default - the addresses that the resolver of this machine has for it
   */
  readonly addresses?: () => Promise<readonly string[]>;
}

/**
 * The name that all regions share, as a client on this machine sees it. Which region an address is of, the region's own health function says, since the addresses of API Gateway do not.
 */
export class PublicName implements NameService {
  private readonly known = new Map<string, string>();
  private led?: Led;

  constructor(private readonly props: PublicNameProps) {}

  public get sharedName(): string {
    return this.props.sharedName;
  }

  /** Looks where the name leads, now and then until the signal is aborted. */
  public async start(): Promise<void> {
    await this.look();
    void this.repeat();
  }

  /** Returns where the name leads. Throws if it leads nowhere. */
  public resolve(name = this.sharedName): Led {
    if (!this.led) throw new Error(`${name} leads to no region of the system`);
    return this.led;
  }

  public resolverNear(): Pick<PublicName, 'resolve'> {
    return this;
  }

  private async repeat(): Promise<void> {
    const { signal } = this.props;
    while (!signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const addresses = await (this.props.addresses ?? this.lookUp)().catch((): string[] => []);
    // as a client does, which takes the first that answers
    for (const address of addresses) {
      const region = this.known.get(address) ?? await this.regionAt(address);
      if (region === undefined) continue;
      this.known.set(address, region);
      this.led = { region, address };
      return;
    }
    this.led = undefined;
  }

  private readonly lookUp = async () => (await lookup(this.sharedName, { family: 4, all: true })).map(({ address }) => `https://${address}`);

  /** Asks which region answers: the region's own function alone knows its name. */
  private async regionAt(address: string): Promise<string | undefined> {
    const { sharedName: host, healthPath: path, regions, signal } = this.props;
    try {
      const { text } = await send({ address, host, method: 'GET', path, connectTimeoutMs: PATIENCE_MS, answerTimeoutMs: PATIENCE_MS, signal });
      const { region } = JSON.parse(text) as { region?: string };
      return regions.find(name => name === region);
    } catch {
      return undefined;
    }
  }
}
