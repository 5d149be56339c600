/** Something that was done to a deployed system, until it is taken back. */
export interface Restoration {
  /** The change that was made: `the evacuation of us-west-2`. */
  readonly what: string;
  /** The command that takes it back where this one cannot. */
  readonly command: () => string;
  readonly takeBack: () => Promise<void>;
}

/** Keeps all that was done to a deployed system, so that whatever happens, it is taken back, or somebody learns how. */
export class Restorations {
  private readonly left = new Map<Restoration, Promise<void> | undefined>();

  /** The changes that are not taken back yet. */
  public get open(): readonly Restoration[] {
    return [...this.left.keys()];
  }

  /** Notes what is about to be done. Returns what takes it back, however often it is called once, and again if that failed. */
  public begin(restoration: Restoration): () => Promise<void> {
    this.left.set(restoration, undefined);
    return async () => this.restore(restoration);
  }

  /** Notes that it was not done after all. */
  public forget(restoration: Restoration): void {
    this.left.delete(restoration);
  }

  /** Takes all of it back that is left. Throws if some of it cannot be. */
  public async restoreAll(): Promise<void> {
    const outcomes = await Promise.allSettled(this.open.map(async restoration => this.restore(restoration)));
    const failed = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [(outcome.reason as Error).message] : []));
    if (failed.length > 0) throw new Error(failed.join('; '));
  }

  /** Says how somebody takes back what is left; nothing if all is. */
  public get advice(): string | undefined {
    const { open } = this;
    if (open.length === 0) return undefined;
    return [`NOT RESTORED: ${open.map(({ what }) => what).join(', ')}. Take it back by`, ...open.map(({ command }) => `  ${command()}`)].join('\n');
  }

  private async restore(restoration: Restoration): Promise<void> {
    if (!this.left.has(restoration)) return;
    let underWay = this.left.get(restoration);
    if (!underWay) {
      underWay = restoration.takeBack().then(() => { this.left.delete(restoration); });
      this.left.set(restoration, underWay);
      // the next one tries again
      underWay.catch(() => { if (this.left.has(restoration)) this.left.set(restoration, undefined); });
    }
    return underWay;
  }
}
