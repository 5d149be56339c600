import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { requireAttribute } from './attributes';
import { RecordPattern, publishedBy } from './change-filter';
import { REGION_ATTRIBUTE } from './constants';
import { ItemFilter, requireItemFilter, requireShortPatterns } from './item-filter';
import { PublishChangesOptions, TableChange } from './published-changes';
import { MAX_RECORD_AGE, RETRY_ATTEMPTS } from './stream-pipe';
import { invalidProp, requireLiteral } from '../system/errors';
import { requireRetention } from '../system/ranges';

/** The options of published changes with defaults, checked. */
export class PublishSettings {
  public readonly source: string;
  public readonly detailType: string;
  /** The detail type as part of a name. */
  public readonly slug: string;
  public readonly retryAttempts: number;
  public readonly maxRecordAge: Duration;
  public readonly logRetention: RetentionDays;
  private readonly changes: TableChange[];
  private readonly regionAttribute: string;
  private readonly itemFilter: ItemFilter;

  constructor(private readonly owner: IConstruct, systemName: string, options: PublishChangesOptions) {
    this.detailType = options.detailType;
    this.source = options.source ?? systemName;
    this.changes = options.changes ?? [TableChange.INSERT, TableChange.MODIFY, TableChange.REMOVE];
    this.regionAttribute = options.regionAttribute ?? REGION_ATTRIBUTE;
    this.itemFilter = options.itemFilter ?? {};
    this.retryAttempts = options.retryAttempts ?? RETRY_ATTEMPTS;
    this.maxRecordAge = options.maxRecordAge ?? MAX_RECORD_AGE;
    this.logRetention = options.logRetention ?? RetentionDays.ONE_MONTH;
    requireLiteral(owner, 'detailType', this.detailType, /^[^$\s].{0,127}$/, '1 to 128 characters, not beginning with a $');
    this.slug = this.detailType.replace(/[^A-Za-z0-9]+/g, '-');
    requireLiteral(owner, 'source', this.source, /^(?!aws\.)[A-Za-z0-9/._-]{1,256}$/,
      'letters, digits, dots, slashes, hyphens and underscores, not beginning with "aws."');
    requireAttribute(owner, 'regionAttribute', this.regionAttribute);
    this.requireChanges(owner);
    this.requireItemFilter(owner);
    if (!Number.isInteger(this.retryAttempts) || this.retryAttempts < 0 || this.retryAttempts > 10000) {
      throw invalidProp(owner, 'retryAttempts', this.retryAttempts, 'a whole number from 0 to 10000');
    }
    requireRetention(owner, 'logRetention', options.logRetention);
    const seconds = this.maxRecordAge.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < 60 || seconds > MAX_RECORD_AGE.toSeconds()) {
      throw invalidProp(owner, 'maxRecordAge', this.maxRecordAge.toHumanString(), 'whole seconds, from 1 minute to 23 hours');
    }
  }

  /** Returns the records of a region's stream that the region publishes. */
  public filtersIn(region: string): RecordPattern[] {
    const patterns = publishedBy(region, this.regionAttribute, this.changes, this.itemFilter);
    requireShortPatterns(this.owner, 'itemFilter', patterns);
    return patterns;
  }

  private requireChanges(owner: IConstruct): void {
    const { changes } = this;
    const known = Object.values(TableChange);
    if (changes.length === 0 || new Set(changes).size < changes.length || !changes.every(change => known.includes(change))) {
      throw invalidProp(owner, 'changes', changes, `at least one of ${known.join(', ')}, each once`);
    }
    if (changes.includes(TableChange.REMOVE) && changes.includes(TableChange.EXPIRE)) {
      throw invalidProp(owner, 'changes', changes, 'REMOVE, which has expiries in it, or EXPIRE');
    }
  }

  private requireItemFilter(owner: IConstruct): void {
    if (Object.hasOwn(this.itemFilter, this.regionAttribute)) {
      throw invalidProp(owner, 'itemFilter', this.regionAttribute, 'attributes other than the regionAttribute, because each region publishes what it wrote');
    }
    requireItemFilter(owner, 'itemFilter', this.itemFilter);
  }
}
