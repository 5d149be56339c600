import { CfnTrail, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { Construct } from 'constructs';
import { IGlobalTable } from '../global-table/i-global-table';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';
import { RecordedWrites, recordedWritesOf } from '../system/recorded-writes';

/**
 * CloudTrail's limit for all selectors of a trail together.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
const MAX_VALUES = 500;

/**
 * The role by which DynamoDB writes to a table what was written to its other replicas. No page says whether those writes are data events; nobody decided on them here, so they are left out.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
 */
const REPLICATION_ROLE = 'AWSServiceRoleForDynamoDBReplication/';

export interface Recorded {
  readonly managementEvents: ReadWriteType;
  readonly dataEvents: IGlobalTable[];
  readonly dataEventsType: ReadWriteType;
}

type Fields = Record<string, Omit<CfnTrail.AdvancedFieldSelectorProperty, 'field'>>;

/** The event selectors of a trail: the events its owner wants, and people's writes to the tables that decide what the system does. */
export class EventSelectors {
  /** The names of the tables that the owner wants. */
  private readonly tables: string[];

  /** Throws if the tables that the owner wants are more than CloudTrail takes. */
  constructor(private readonly owner: Construct, private readonly system: MultiRegionSystem, private readonly recorded: Recorded) {
    this.tables = [...new Set(recorded.dataEvents.map(({ tableName }) => tableName))];
    const wanted = this.wanted();
    const { length } = this.tables.flatMap(table => this.replicas(table));
    if (valuesOf(wanted) > MAX_VALUES) {
      const most = Math.floor((MAX_VALUES - (valuesOf(wanted) - length)) / system.regions.length);
      throw invalidProp(owner, 'dataEvents', `${length} replicas`, `at most ${most} tables in ${system.regions.length} regions, because a trail takes ${MAX_VALUES} conditions`);
    }
  }

  /** Returns all selectors. Ask at synthesis, when all of the system's tables are known. */
  public all(): CfnTrail.AdvancedEventSelectorProperty[] {
    return [...this.wanted(), ...this.decisions()];
  }

  /** Returns the faults for which CloudTrail would refuse the selectors. */
  public faults(): string[] {
    const all = this.all();
    if (all.length === 0) {
      return [invalidProp(this.owner, 'managementEvents', ReadWriteType.NONE,
        'NONE only with dataEvents, or in a system with an evacuation switch or with a workflow that peers take over, because a trail must record something').message];
    }
    const values = valuesOf(all);
    return values <= MAX_VALUES ? [] : [invalidProp(this.owner, 'dataEvents', `${values} conditions, with those for the control table and the ledgers of the system`,
      `${MAX_VALUES} conditions, which a trail takes: name fewer tables`).message];
  }

  private wanted(): CfnTrail.AdvancedEventSelectorProperty[] {
    const { managementEvents, dataEventsType } = this.recorded;
    return [
      ...managementEvents === ReadWriteType.NONE ? [] : [selector('management events', { eventCategory: { equalTo: ['Management'] }, ...ofType(managementEvents) })],
      ...this.tables.length === 0 ? [] : [selector('items of tables', {
        ...ITEMS, 'resources.ARN': { equalTo: this.tables.flatMap(table => this.replicas(table)) }, ...ofType(dataEventsType),
      })],
    ];
  }

  /** Evacuations, and what people decide about takeovers. What the owner wants of a table includes its writes already, unless those are reads only. */
  private decisions(): CfnTrail.AdvancedEventSelectorProperty[] {
    const isWanted = ({ tableName }: RecordedWrites) => this.recorded.dataEventsType !== ReadWriteType.READ_ONLY && this.tables.includes(tableName);
    const others = recordedWritesOf(this.owner).filter(table => !isWanted(table));
    const byAnybody = others.filter(({ ownRoles }) => ownRoles.length === 0);
    const byOthers = others.filter(({ ownRoles }) => ownRoles.length > 0);
    const ofTables = (tables: RecordedWrites[]) => ({ ...ITEMS, 'resources.ARN': { endsWith: tables.map(({ tableName }) => `:table/${tableName}`) }, ...ofType(ReadWriteType.WRITE_ONLY) });
    return [
      ...byAnybody.length === 0 ? [] : [selector('evacuations', ofTables(byAnybody))],
      ...byOthers.length === 0 ? [] : [selector('takeovers that people decide on', {
        ...ofTables(byOthers),
        'userIdentity.arn': { notStartsWith: [...byOthers.flatMap(({ ownRoles }) => ownRoles), REPLICATION_ROLE].map(role => this.sessionsOf(role)) },
      })],
    ];
  }

  private replicas(tableName: string): string[] {
    const { regions, globalStack } = this.system;
    return regions.map(region => globalStack.formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName }));
  }

  /**
   * Returns the beginning of the ARNs of a role's sessions, as CloudTrail records them.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
   */
  private sessionsOf(role: string): string {
    return this.system.globalStack.formatArn({ service: 'sts', region: '', resource: 'assumed-role', resourceName: role });
  }
}

const ITEMS: Fields = { 'eventCategory': { equalTo: ['Data'] }, 'resources.type': { equalTo: ['AWS::DynamoDB::Table'] } };

function ofType(type: ReadWriteType): Fields {
  return type === ReadWriteType.ALL ? {} : { readOnly: { equalTo: [String(type === ReadWriteType.READ_ONLY)] } };
}

function selector(name: string, fields: Fields): CfnTrail.AdvancedEventSelectorProperty {
  return { name, fieldSelectors: Object.entries(fields).map(([field, operator]) => ({ field, ...operator })) };
}

function valuesOf(selectors: CfnTrail.AdvancedEventSelectorProperty[]): number {
  return selectors.flatMap(({ fieldSelectors }) => fieldSelectors as CfnTrail.AdvancedFieldSelectorProperty[])
    .flatMap(({ field: _, ...operators }) => Object.values(operators).flat()).length;
}
