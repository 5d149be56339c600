import { Attribute } from 'aws-cdk-lib/aws-dynamodb';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableConsistency } from './table-consistency';

export interface GlobalTableBaseProps {
  /** @default - the system's name and the construct's id */
  readonly tableName?: string;
  /** @default - something else made the table, and knows them */
  readonly keys?: { readonly partitionKey: Attribute; readonly sortKey?: Attribute };
  readonly consistency: TableConsistency;
  readonly globalIndexes: string[];
  readonly localIndexes: string[];
  readonly encryptionKeyArns?: { [region: string]: string };
  readonly streamArns?: { [region: string]: string };
  readonly streamRevision?: number;
  readonly alarms: boolean;
  readonly alarmSettings?: TableAlarmSettings;
}
