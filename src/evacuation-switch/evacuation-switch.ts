import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { CONTROL_TABLE_DIMENSION, CONTROL_TABLE_ID, CONTROL_TABLE_NAME, EVACUATED, EVACUATED_REGION_DIMENSION, evacuationKey, REGIONS, SWITCH_ID } from './constants';
import { GlobalTable } from '../global-table/global-table';
import { IGlobalTable } from '../global-table/i-global-table';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { describe } from '../system/describe';
import { requirePrincipal } from '../system/grantable';
import { handlerBundle } from '../system/handler-bundle';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { metricIn, MetricSource, requirePeer } from '../system/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';
import { recordWrites } from '../system/recorded-writes';
import { SystemUnit } from '../system/system-unit';

/** The actions of a handler on the control table. Nothing of the library writes to it. */
const READS = { GET: 'dynamodb:GetItem', BATCH_GET: 'dynamodb:BatchGetItem' } as const;

/**
 * The switch by which an operator takes a region out of service, without that region's help and without any control plane.
 *
 * To leave region R, write the item `{ "pk": "evacuation#R", "by": ..., "at": ..., "reason": ... }` into the control table **in any other region**; to come back, delete it
 * there. Only the key decides: who, when and why are for people who look at the table, and nothing fails without them.
 *
 * Every region answers from its own replica whether a region is evacuated, and R's health, as Route 53 sees it, includes that answer from every peer:
 * one peer that says yes takes R out. A peer that is down, or that says no, leaves R in, so that nothing fails closed. Only data planes are
 * involved: DynamoDB's in the peer, and Route 53's.
 *
 * **Leave at least one region that answers.** If all regions are evacuated, Route 53 finds no healthy record and takes all of them for healthy, so evacuated regions get clients again. The same
 * happens to an evacuated region when all others fail: the peers that say so no longer answer.
 *
 * Who may use it is a grant (`grantEvacuate`), and who has used it is in the system's `AuditTrail`, which records all writes to the control table.
 *
 * Per region: a replica of the control table, a few items at most, and, with an API, a function in the stack that the API is in, with a reserved concurrency of 10 that other functions cannot use up.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/control-planes-and-data-planes.html
 */
export class EvacuationSwitch extends Construct {
  /**
   * Returns the switch of the system that a construct is in, made when it is first asked for. The units of a system have no switches of their own: a
   * region is left as a whole.
   */
  public static of(construct: IConstruct): EvacuationSwitch {
    const system = MultiRegionSystem.of(construct);
    const existing = system.node.tryFindChild(SWITCH_ID);
    return existing instanceof EvacuationSwitch ? existing : new EvacuationSwitch(system);
  }

  /** The name of the control table, equal in every region. */
  public readonly controlTableName: string;

  /** The control table, such as for the `dataEvents` of an `AuditTrail`, which records writes to it anyway. Give functions no permission to write to it: an evacuation is a decision of people. */
  public readonly controlTable: IGlobalTable;

  private readonly table: GlobalTable;
  private readonly answers = new Map<MultiRegionSystem | SystemUnit, MultiRegionFunction>();

  private constructor(system: MultiRegionSystem) {
    super(system, SWITCH_ID);
    this.table = new GlobalTable(this, CONTROL_TABLE_ID, { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    this.controlTable = this.table;
    this.controlTableName = this.table.tableName;
    recordWrites(this, { tableName: this.controlTableName, ownRoles: [] });
    describe(this, 'evacuation-switch', () => ({ controlTable: this.controlTableName }));
  }

  /**
   * Lets an operator's principal evacuate regions and take that back: get, put and delete items `evacuation#<region>` of the control table, as the commands `evacuate` and `restore` do, in every region, and nothing else of it.
   *
   * The principal may be of any stack of the account. Every region is in the grant, because the one in which an operator writes is not known before.
   *
   * Throws if the grantee has no principal of its own.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  public grantEvacuate(grantee: IGrantable): Grant {
    requirePrincipal(this, grantee);
    return this.table._grantEverywhere(grantee, {
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [evacuationKey('*')] },
        // ForAllValues is true of a request without any key
        'Null': { 'dynamodb:LeadingKeys': 'false' },
      },
    });
  }

  /**
   * Returns the metric of whether one region answers health checks that another is evacuated: 1 if it did within the minute, no data if it did not.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricEvacuated(ofRegion: string, evacuatedRegion: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'evacuatedRegion', evacuatedRegion);
    return metricIn(this, ofRegion, evacuatedMetric(this.controlTableName, evacuatedRegion), options);
  }

  /**
   * Returns the function that answers `GET /evacuation/{region}` for the APIs of a system, or of a unit: 200 when that region is evacuated, 404 when it is not. A unit has one of its own, because
   * it is deployed before the system.
   * @internal
   */
  public _answerFor(host: MultiRegionSystem | SystemUnit): MultiRegionFunction {
    const existing = this.answers.get(host);
    if (existing) return existing;
    const system = MultiRegionSystem.of(this);
    const answer = new MultiRegionFunction(host === system ? this : new Construct(host, SWITCH_ID), 'Evacuation', {
      description: 'tells health checks which regions are evacuated',
      codePath: handlerBundle('evacuation-switch/evacuation'),
      memorySize: 256,
      reservedConcurrentExecutions: system._reservedConcurrency.evacuation,
      environment: { [REGIONS]: system.regions.join(',') },
    });
    this.allowReading(answer, READS.GET);
    this.answers.set(host, answer);
    return answer;
  }

  /**
   * Lets a function read which regions are evacuated, all of them by one request, from its own region's replica.
   * @internal
   */
  public _grantReadAll(fn: MultiRegionFunction): void {
    this.allowReading(fn, READS.BATCH_GET);
  }

  private allowReading(fn: MultiRegionFunction, action: string): void {
    fn.addEnvironment(CONTROL_TABLE_NAME, this.controlTableName);
    this.table._grant(fn, { actions: [action] });
  }
}

/** Returns the metric of a region's answers that another one is evacuated. */
function evacuatedMetric(controlTableName: string, evacuatedRegion: string): MetricSource {
  const dimensionsMap = { [CONTROL_TABLE_DIMENSION]: controlTableName, [EVACUATED_REGION_DIMENSION]: evacuatedRegion };
  return { namespace: METRIC_NAMESPACE, metricName: EVACUATED, dimensionsMap, statistic: Stats.MAXIMUM };
}
