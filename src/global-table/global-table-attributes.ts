import { TableAlarmSettings } from './table-alarm-settings';
import { TableConsistency } from './table-consistency';

/** Attributes of a global table that something else made. */
export interface GlobalTableAttributes {
  /** The table's name, equal in every region. */
  readonly tableName: string;

  /**
   * The consistency of its replicas.
   *
   * @default TableConsistency.EVENTUAL
   */
  readonly consistency?: TableConsistency;

  /**
   * The names of its global secondary indexes. Grants name them.
   *
   * @default - none
   */
  readonly globalIndexes?: string[];

  /**
   * The names of its local secondary indexes. Grants name them.
   *
   * @default - none
   */
  readonly localIndexes?: string[];

  /**
   * The customer managed keys that encrypt its replicas: for each region of the system, the ARN of a key there. Grants include what the keys need.
   *
   * @default - keys that AWS owns
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The ARNs of the replicas' streams, for each region of the system, as `aws dynamodb describe-table` shows them. With them, no function reads the ARNs during a deployment. A stream that is made anew has
   * another ARN: give it here.
   *
   * @default - read in each region during the deployment, once something uses the changes
   */
  readonly streamArns?: { [region: string]: string };

  /**
   * The number of times that the replicas' streams were made anew: by restoring the table under its name, by making it again, or by switching them off and on.
   *
   * A stream that is made anew has another ARN. CloudFormation does not notice: what reads the old stream stays, and gets nothing. Raise this number and deploy: each region reads the ARN again, and the
   * readers are replaced. They begin with all that the new stream has, of up to 24 hours. With `streamArns`, change those instead.
   *
   * @default 0
   */
  readonly streamRevision?: number;

  /**
   * Indicates whether this system has alarms on the table, as those of a `GlobalTable`.
   *
   * @default false
   */
  readonly alarms?: boolean;

  /**
   * The settings of the alarms. Settings of an alarm that there is not stop the synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: TableAlarmSettings;
}
