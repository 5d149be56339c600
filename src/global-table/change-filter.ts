import { TableChange } from './published-changes';

/** A pattern for records of a DynamoDB stream. */
export interface RecordPattern {
  readonly eventName: string[];
  readonly dynamodb?: { readonly [image: string]: ImagePattern };
  readonly userIdentity?: { readonly type: string[]; readonly principalId: string[] };
}

/** The signature of a deletion that DynamoDB made itself, in the region only where it made it. */
const EXPIRED = { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] };

interface ImagePattern {
  readonly [attribute: string]: { readonly S: unknown[] };
}

function having(attributes: { readonly [attribute: string]: string[] }): ImagePattern {
  return Object.fromEntries(Object.entries(attributes).map(([attribute, values]) => [attribute, { S: values }]));
}

/**
 * Returns the changes that a region publishes: those of items that name it as their writer, after the change, or before it if the item is gone.
 *
 * Every region's stream carries all changes; since an image names one region, one region publishes each. That goes for removals too: one made or
 * expired elsewhere arrives in the stream of the region that wrote the item last, as that image's removal. `userIdentity`, which marks an expiry, is
 * set in the region only where it took place: it can choose expiries, which that region then publishes, but it cannot keep them out of the removals.
 */
export function publishedBy(
  region: string, regionAttribute: string, changes: TableChange[], itemFilter: { readonly [attribute: string]: string[] },
): RecordPattern[] {
  const image = having({ ...itemFilter, [regionAttribute]: [region] });
  const pattern = (imageName: string, wanted: TableChange[]): RecordPattern[] => (
    wanted.length === 0 ? [] : [{ eventName: wanted, dynamodb: { [imageName]: image } }]
  );
  return [
    ...pattern('NewImage', changes.filter(change => [TableChange.INSERT, TableChange.MODIFY].includes(change))),
    ...pattern('OldImage', changes.filter(change => change === TableChange.REMOVE)),
    ...(changes.includes(TableChange.EXPIRE) ? [{
      eventName: [TableChange.REMOVE],
      userIdentity: EXPIRED,
      ...(Object.keys(itemFilter).length > 0 && { dynamodb: { OldImage: having(itemFilter) } }),
    }] : []),
  ];
}

/** Returns the items that are new in a region's replica, whatever region wrote them. Replication inserts an item as a client does. */
export function insertions(itemFilter: { readonly [attribute: string]: string[] }): RecordPattern[] {
  return [{ eventName: [TableChange.INSERT], ...(Object.keys(itemFilter).length > 0 && { dynamodb: { NewImage: having(itemFilter) } }) }];
}

/** Writes of other regions that replaced one of this region's. */
export function replacedBy(region: string, regionAttribute: string): RecordPattern {
  return {
    eventName: [TableChange.MODIFY],
    dynamodb: {
      OldImage: { [regionAttribute]: { S: [region] } },
      NewImage: { [regionAttribute]: { S: [{ 'anything-but': [region] }] } },
    },
  };
}
