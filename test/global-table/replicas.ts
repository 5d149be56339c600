/**
 * Replicas of an eventually consistent table, as DynamoDB describes them: a write is applied where it is made, then sent to every other region, in order from each region to each other, and there the
 * write with the latest time wins. Writes of one item may be combined on their way. Each replica streams what changed in it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */

export interface Image { readonly [attribute: string]: { readonly S?: string; readonly N?: string } }

export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: { readonly Keys: Image; readonly NewImage?: Image; readonly OldImage?: Image };
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
  /** The write that it comes from; no part of a real record. */
  readonly write: number;
}

interface Write { readonly id: number; readonly key: string; readonly time: number; readonly image?: Image; readonly expired?: boolean }

export class Replicas {
  public readonly streams: Map<string, StreamRecord[]>;
  private readonly items: Map<string, Map<string, Write>>;
  private readonly onTheWay: { readonly to: string; readonly from: string; readonly write: Write }[] = [];
  private clock = 0;

  constructor(private readonly regions: string[]) {
    this.streams = new Map(regions.map(region => [region, []]));
    this.items = new Map(regions.map(region => [region, new Map()]));
  }

  public read(region: string, key: string): Image | undefined {
    return this.items.get(region)!.get(key)?.image;
  }

  /** The number of the write that an item comes from, or that removed it. */
  public lastWrite(region: string, key: string): number | undefined {
    return this.items.get(region)!.get(key)?.id;
  }

  /** Writes an item in a region, or removes it if there is no image. Returns the write's number. */
  public write(region: string, key: string, image?: Image, expired = false): number {
    const time = ++this.clock;
    const write = { id: time, key, time, image, expired };
    this.apply(region, write, expired);
    this.regions.filter(to => to !== region).forEach(to => this.onTheWay.push({ from: region, to, write }));
    return write.id;
  }

  /** Delivers some write that is on its way, one that no earlier one from its region must precede; or combines it with the next one of its item. */
  public deliver(choice: number): void {
    const next = this.onTheWay.filter(({ from, to }, i) => !this.onTheWay.slice(0, i).some(earlier => earlier.from === from && earlier.to === to));
    if (next.length === 0) return;
    const chosen = next[choice % next.length];
    this.onTheWay.splice(this.onTheWay.indexOf(chosen), 1);
    const isFollowed = this.onTheWay.some(({ from, to, write }) => from === chosen.from && to === chosen.to && write.key === chosen.write.key);
    const isCombined = choice % 3 === 0 && isFollowed;
    if (!isCombined) this.apply(chosen.to, chosen.write, false);
  }

  public converge(): void {
    while (this.onTheWay.length > 0) this.deliver(0);
  }

  private apply(region: string, write: Write, byExpiry: boolean): void {
    const items = this.items.get(region)!;
    const before = items.get(write.key);
    if (before && before.time > write.time) return;
    items.set(write.key, write);
    const { image: OldImage } = before ?? {};
    const { image: NewImage } = write;
    if (!OldImage && !NewImage) return;
    this.streams.get(region)!.push({
      eventID: `${region}-${write.id}`,
      eventName: !OldImage ? 'INSERT' : NewImage ? 'MODIFY' : 'REMOVE',
      dynamodb: { Keys: { pk: { S: write.key } }, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) },
      ...(byExpiry && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
      write: write.id,
    });
  }
}
