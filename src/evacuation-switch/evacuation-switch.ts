import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { CONTROL_TABLE_DIMENSION, CONTROL_TABLE_ID, CONTROL_TABLE_NAME, EVACUATED, EVACUATED_REGION_DIMENSION, REGIONS, SWITCH_ID } from './constants';
import { GlobalTable } from '../global-table/global-table';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { handlerBundle } from '../system/handler-bundle';
import { METRIC_NAMESPACE } from '../system/metric-line';
import { metricIn, requirePeer } from '../system/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * The switch by which an operator takes a region out of service, without that region's help and without any control plane.
 *
 * To leave region R, write the item `{ "pk": "evacuation#R" }` into the control table **in any other region**; to come back, delete it
 * there. Every region answers from its own replica whether a region is evacuated, and R's health, as Route 53 sees it, includes that answer from every peer:
 * one peer that says yes takes R out. A peer that is down, or that says no, leaves R in, so that nothing fails closed. Only data planes are
 * involved: DynamoDB's in the peer, and Route 53's.
 *
 * Per region: a replica of the control table, a few items at most, and a function.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/control-planes-and-data-planes.html
 */
export class EvacuationSwitch extends Construct {
  /** The switch of a system, made when it is first asked for. */
  public static of(system: MultiRegionSystem): EvacuationSwitch {
    const existing = system.node.tryFindChild(SWITCH_ID);
    return existing instanceof EvacuationSwitch ? existing : new EvacuationSwitch(system);
  }

  /** The name of the control table, equal in every region. */
  public readonly controlTableName: string;

  /** Answers `GET /evacuation/{region}`: 200 when that region is evacuated, 404 when it is not. @internal */
  public readonly _answer: MultiRegionFunction;

  private readonly table: GlobalTable;

  private constructor(system: MultiRegionSystem) {
    super(system, SWITCH_ID);
    this.table = new GlobalTable(this, CONTROL_TABLE_ID, { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    this.controlTableName = this.table.tableName;
    this._answer = new MultiRegionFunction(this, 'Evacuation', {
      description: 'tells health checks which regions are evacuated',
      codePath: handlerBundle('evacuation-switch/evacuation'),
      memorySize: 256,
      environment: { [REGIONS]: system.regions.join(',') },
    });
    this._tell(this._answer);
  }

  /**
   * Whether one region tells health checks that another is evacuated: 1 if it did within the minute, no data if it did not.
   *
   * Throws if the two are not different regions of the system.
   */
  public metricEvacuated(ofRegion: string, evacuatedRegion: string, options?: MetricOptions): Metric {
    requirePeer(this, ofRegion, 'evacuatedRegion', evacuatedRegion);
    const dimensionsMap = { [CONTROL_TABLE_DIMENSION]: this.controlTableName, [EVACUATED_REGION_DIMENSION]: evacuatedRegion };
    return metricIn(this, ofRegion, { namespace: METRIC_NAMESPACE, metricName: EVACUATED, dimensionsMap, statistic: Stats.MAXIMUM }, options);
  }

  /**
   * Has a function learn which regions are evacuated, as its own region knows.
   * @internal
   */
  public _tell(fn: MultiRegionFunction): void {
    fn.addEnvironment(CONTROL_TABLE_NAME, this.controlTableName);
    this.table.grantReadData(fn);
  }
}
