import { Construct } from 'constructs';
import { GlobalTableAttributes } from './global-table-attributes';
import { GlobalTableBase } from './global-table-base';
import { TableConsistency } from './table-consistency';

/** A global table that something else made, with replicas in all regions of the system. */
export class ImportedGlobalTable extends GlobalTableBase {
  constructor(scope: Construct, id: string, attributes: GlobalTableAttributes) {
    super(scope, id, {
      // not the name that the id would give, in a language whose compiler does not insist on this one
      tableName: attributes.tableName ?? '',
      consistency: attributes.consistency ?? TableConsistency.EVENTUAL,
      globalIndexes: attributes.globalIndexes ?? [],
      localIndexes: attributes.localIndexes ?? [],
      encryptionKeyArns: attributes.encryptionKeyArns,
      streamArns: attributes.streamArns,
      streamRevision: attributes.streamRevision,
      alarms: attributes.alarms ?? false,
      alarmSettings: attributes.alarmSettings,
    });
  }
}
