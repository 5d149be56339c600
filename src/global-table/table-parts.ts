import { Construct } from 'constructs';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableStream } from './table-stream';
import { AlarmOverrides } from '../system/alarm-set';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';

/** The parts that the features of a table share. */
export interface TableParts {
  /** The table's construct. */
  readonly table: Construct;
  readonly tableName: string;
  readonly layout: Layout;
  readonly replicas: PerRegion<Replica>;
  readonly stream: TableStream;
  readonly overrides: AlarmOverrides<keyof TableAlarmSettings>;
}
