import { Stack } from 'aws-cdk-lib';
import { ITableV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { keyIn } from '../system/encryption-keys';

/** What a table's share in every region must know of the table. */
export interface TableShape {
  readonly tableName: string;
  readonly globalIndexes: string[];
  readonly localIndexes: string[];
  readonly encryptionKeyArns?: { [region: string]: string };
}

/**
 * A table's replica in one region, known by its name only. In the primary's regional stack as well: using the `TableV2` object there would
 * render an export.
 */
export class Replica {
  public readonly table: ITableV2;
  /** The customer managed key that encrypts it, if any. */
  public readonly keyArn?: string;

  constructor(public readonly share: Construct, public readonly region: string, public readonly shape: TableShape) {
    const { tableName, globalIndexes, localIndexes, encryptionKeyArns } = shape;
    const encryptionKey = keyIn(share, region, encryptionKeyArns);
    this.keyArn = encryptionKey?.keyArn;
    this.table = TableV2.fromTableAttributes(share, 'Replica', { tableName, globalIndexes, localIndexes, encryptionKey });
  }

  /** The ARNs of its indexes, each by its name. */
  public get indexArns(): string[] {
    return [...this.shape.globalIndexes, ...this.shape.localIndexes].map(index => `${this.table.tableArn}/index/${index}`);
  }

  /** Every stream that it has had or will have: the one form by which ListStreams knows them. */
  public get anyStreamArn(): string {
    return `${this.table.tableArn}/stream/*`;
  }

  public get stack(): Stack {
    return Stack.of(this.share);
  }
}
