import { CfnResource, CustomResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { STREAM_ARN } from './constants';
import { Replica } from './replica';
import { READER_TIMEOUT, StreamArnReader } from './stream-arn-reader';
import { requireStreamArns } from './stream-arns';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

const ID = 'StreamArn';

export interface TableStreamProps {
  readonly tableName: string;
  readonly regions: string[];
  /** @default - read in each region */
  readonly arns?: { [region: string]: string };
  /** @default 0 */
  readonly revision?: number;
  /** The number of readers beside replication that AWS advises at most. */
  readonly advisedReaders: number;
}

/** The stream of a table's changes, which each replica has its own of, and its readers. */
export class TableStream {
  private readers = 0;

  /** Throws if the revision is none, or if a region has no ARN while others have. */
  constructor(private readonly table: Construct, private readonly props: TableStreamProps) {
    const { revision, arns } = props;
    if (revision !== undefined && !(Number.isInteger(revision) && revision >= 0)) {
      throw invalidProp(table, 'streamRevision', revision, 'a whole number, 0 or more');
    }
    if (arns === undefined) return;
    if (revision !== undefined) throw invalidProp(table, 'streamRevision', revision, 'nothing while streamArns are given, because no ARN is read');
    requireStreamArns(table, props.regions, props.tableName, arns);
  }

  /**
   * Returns the ARN of a replica's stream, for resources of the stack that a scope is in.
   *
   * It holds the time when the stream was made, and CloudFormation knows that of the replica in the table's own stack only. So a function asks DynamoDB in the region itself, during the
   * deployment.
   *
   * @param scope the replica's part in the regional stack, or in the mesh stack
   */
  public arnIn(scope: Construct, replica: Replica): string {
    if (this.props.arns) return this.props.arns[replica.region];
    const existing = scope.node.tryFindChild(ID);
    if (existing instanceof CustomResource) return existing.getAttString(STREAM_ARN);
    const resource = new CustomResource(scope, ID, {
      serviceToken: StreamArnReader.of(this.table).serviceTokenFor(scope, replica),
      // CloudFormation asks again when a property changes; without a revision, a template is as it was before there were any
      properties: { TableName: replica.tableName, ...(this.props.revision && { Revision: this.props.revision }) },
    });
    // an answer that is lost must not hold a deployment for an hour; the L2 would write it as text, which the template's validation warns of
    (resource.node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', 2 * READER_TIMEOUT.toSeconds());
    return resource.getAttString(STREAM_ARN);
  }

  /** Notes a reader, and warns if there are more than AWS advises. */
  public addReader(): void {
    const { tableName, advisedReaders } = this.props;
    this.readers++;
    if (this.readers > advisedReaders) {
      MultiRegionSystem.of(this.table)._notify('warning', this.table, 'cdk-multi-region:streamReaders',
        `${tableName} has more readers of its stream than AWS advises (one for a global table, two for others): when much is written, `
        + 'DynamoDB throttles them, and they lag. Publish all changes as one detail type, or detect conflicts only where two regions may write an item');
    }
  }
}
