import { Duration, Stack } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { requireAttribute } from './attributes';
import { replacedBy } from './change-filter';
import { DetectConflictsOptions } from './conflict-detection-options';
import { LOSING_IMAGES_URL, REGION_ATTRIBUTE, REGION_ATTRIBUTE_NAME, TABLE_NAME, VERSION_ATTRIBUTE_NAME } from './constants';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableConsistency } from './table-consistency';
import { allowReadingStream } from './table-grants';
import { lostWritesMetric } from './table-metrics';
import { TableParts } from './table-parts';
import { DeadLetters } from '../dead-letters/dead-letters';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { MultiRegionQueue } from '../multi-region-queue/multi-region-queue';
import { functionMetric } from '../regional-function/function-metrics';
import { AlarmSet } from '../system/alarm-set';
import { invalidProp } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';

/** The detection of writes to a table that another region's write replaced unseen. */
export class ConflictDetection {
  private options?: DetectConflictsOptions;

  constructor(private readonly parts: TableParts, private readonly consistency: TableConsistency) {}

  /** Indicates whether conflicts are detected. */
  public get isOn(): boolean {
    return this.options !== undefined;
  }

  /** The queue that gets lost writes, if any does. */
  public get losingImages(): MultiRegionQueue | undefined {
    return this.options?.losingImages;
  }

  /** Detects conflicts in every region; throws if it does so already, or if an option is not valid. */
  public detect(options: DetectConflictsOptions): void {
    this.requireValid(options);
    this.options = options;
    const { replicas, overrides, stream } = this.parts;
    const { regionAttribute = REGION_ATTRIBUTE } = options;
    const detector = this.detector(options);
    stream.addReader();
    replicas.forEach(replica => {
      this.readChanges(replica, detector, regionAttribute);
      this.addAlarms(replica, detector, replica.scope.alarms(overrides));
    });
  }

  private requireValid({ regionAttribute = REGION_ATTRIBUTE, versionAttribute, losingImages }: DetectConflictsOptions): void {
    const { table, layout } = this.parts;
    if (this.consistency === TableConsistency.STRONG) {
      throw invalidProp(table, 'consistency', this.consistency, 'EVENTUAL, because replication of a strongly consistent table loses no write');
    }
    requireAttribute(table, 'regionAttribute', regionAttribute);
    if (versionAttribute !== undefined) requireAttribute(table, 'versionAttribute', versionAttribute);
    if (losingImages) layout.requireSameSystem('losingImages', losingImages);
    if (this.isOn) throw invalidProp(table, 'detectConflicts', 'called twice', 'once, because each call would count the same writes');
  }

  private detector({ regionAttribute = REGION_ATTRIBUTE, versionAttribute, losingImages }: DetectConflictsOptions): MultiRegionFunction {
    const { table, tableName, layout, replicas } = this.parts;
    const detector = new MultiRegionFunction(table, 'Conflicts', {
      description: `counts writes to ${tableName} that were lost to another region`,
      codePath: handlerBundle('global-table/detect-conflicts'),
      memorySize: 256,
      environment: {
        [TABLE_NAME]: tableName,
        [REGION_ATTRIBUTE_NAME]: regionAttribute,
        ...(versionAttribute && { [VERSION_ATTRIBUTE_NAME]: versionAttribute }),
      },
    });
    if (losingImages) {
      losingImages.grantSendMessages(detector);
      const isLocal = layout.isSameUnit(losingImages);
      replicas.forEach(({ scope }, region) => detector._addEnvironmentIn(region, LOSING_IMAGES_URL,
        isLocal ? losingImages.inRegion(region).queueUrl : queueUrl(scope.stack, losingImages.queueName)));
    }
    return detector;
  }

  private readChanges(replica: Replica, detector: MultiRegionFunction, regionAttribute: string): void {
    const { table, stream } = this.parts;
    const { region, scope } = replica;
    const live = detector.inRegion(region);
    const eventSourceArn = stream.arnIn(scope.regional, replica);
    // the mapping names the alias, which is there after the role and its permissions: Lambda tries them when it makes the mapping
    allowReadingStream(replica, eventSourceArn, live.role!);
    live.addEventSourceMapping('Replaced', {
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [{ pattern: JSON.stringify(replacedBy(region, regionAttribute)) }],
      batchSize: 10,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 185,
      // the stream keeps a record for 24 hours: somebody can still read what was given up
      maxRecordAge: Duration.hours(23),
      onFailure: new SqsDlq(DeadLetters.of(table).inRegion(region)),
    });
  }

  private addAlarms({ scope, region, tableName }: Replica, { functionName }: MultiRegionFunction, alarms: AlarmSet<keyof TableAlarmSettings>): void {
    alarms.add(scope.regional, 'lostWrites', {
      description: `Another region replaced a write to ${tableName} that ${region} had made, without having seen it. The function's log gives `
        + 'the region, and a fingerprint of the keys: find out why two regions write the same item, then merge what was lost.',
      metric: scope.metric(lostWritesMetric(tableName)),
      threshold: 1,
    });
    alarms.add(scope.regional, 'conflictsAge', {
      description: age => `Lost writes to ${tableName} are found ${age / 60_000} minutes late or more in ${region}. Look at the function's log and errors.`,
      metric: scope.metric(functionMetric(functionName, 'IteratorAge')),
      threshold: Duration.minutes(15).toMilliseconds(),
      evaluationPeriods: 5,
      isDetail: true,
    });
  }
}

/**
 * Returns the URL of a queue in another stack of the same region and account.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
function queueUrl({ region, urlSuffix, account }: Stack, queueName: string): string {
  return `https://sqs.${region}.${urlSuffix}/${account}/${queueName}`;
}
