import { createHash } from 'crypto';

/** An attribute's value in DynamoDB JSON, as far as it matters here. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
}

/** An item in DynamoDB JSON. */
export interface Image {
  readonly [attribute: string]: AttributeValue | undefined;
}

/**
 * Returns whether a write of another region, which replaced one of this region's, was made without having seen it.
 *
 * Every writer gives an item a version that is higher than the one it read; so a writer that has seen this region's write has a higher one. An item
 * without a version has seen nothing. Without versions, every replacement counts: the rule that a single region writes an item was broken, or its
 * owner changed.
 */
export function isConflict(oldImage: Image, newImage: Image, versionAttribute?: string): boolean {
  return versionAttribute === undefined || !isHigher(newImage[versionAttribute]?.N, oldImage[versionAttribute]?.N);
}

/** Tells equal keys apart from others without telling what they are, since keys may be personal data. */
export function fingerprint(keys: Image): string {
  const canonical = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(canonical), 'utf8').digest('hex').slice(0, 16);
}

/** Compares versions: DynamoDB's numbers have up to 38 digits, more than a double holds. */
function isHigher(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) {
    return one !== undefined;
  }
  return isInteger(one) && isInteger(other) ? BigInt(one) > BigInt(other) : Number(one) > Number(other);
}

function isInteger(number: string): boolean {
  return /^-?\d+$/.test(number);
}
