import { ITableV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { keyIn } from '../system/encryption-keys';
import { RegionalScope } from '../system/regional-scope';

/** The attributes of a table that its part in every region must know. */
export interface TableShape {
  readonly tableName: string;
  readonly globalIndexes: string[];
  readonly localIndexes: string[];
  readonly encryptionKeyArns?: { [region: string]: string };
}

/** A table's replica in one region, known by its name only. */
export class Replica {
  private tableOnce?: ITableV2;

  constructor(public readonly scope: RegionalScope, public readonly shape: TableShape) {}

  public get region(): string {
    return this.scope.region;
  }

  public get tableName(): string {
    return this.shape.tableName;
  }

  /**
   * The replica as the CDK knows it, an import. In the primary's regional stack as well: using the `TableV2` object there would render an export. Made when it is first asked for, since the
   * import alone would make a stack without resources.
   */
  public get table(): ITableV2 {
    if (this.tableOnce) return this.tableOnce;
    const { tableName, globalIndexes, localIndexes, encryptionKeyArns } = this.shape;
    const { regional } = this.scope;
    const encryptionKey = keyIn(regional, this.region, encryptionKeyArns);
    return this.tableOnce = TableV2.fromTableAttributes(regional, 'Replica', { tableName, globalIndexes, localIndexes, encryptionKey });
  }

  /** The ARN, of literals, for the stacks of the system and of all its units. */
  public get tableArn(): string {
    return this.scope.arn({ service: 'dynamodb', resource: 'table', resourceName: this.tableName });
  }

  /** The ARNs of its indexes, each by its name. */
  public get indexArns(): string[] {
    return [...this.shape.globalIndexes, ...this.shape.localIndexes].map(index => `${this.tableArn}/index/${index}`);
  }

  /** The customer managed key that encrypts it, if any. */
  public get keyArn(): string | undefined {
    return this.shape.encryptionKeyArns?.[this.region];
  }
}
