import { Token } from 'aws-cdk-lib';
import { EventPattern } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { recordTemplate } from './table-record';
import { OwnershipPlan } from './workflow-ownership';
import { WorkflowTableTrigger } from './workflow-table-trigger';
import { requireAttribute } from '../global-table/attributes';
import { insertions, RecordPattern } from '../global-table/change-filter';
import { REGION_ATTRIBUTE } from '../global-table/constants';
import { GlobalTableBase } from '../global-table/global-table-base';
import { ItemFilter, requireItemFilter, requireShortPatterns } from '../global-table/item-filter';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { SubscriptionScope } from '../system/subscription-target';

/** The items whose insertion starts a workflow, checked. */
export class TableTrigger {
  public readonly table: GlobalTableBase;
  public readonly messageTemplate: string;
  private readonly regionAttribute: string;
  private readonly itemFilter: ItemFilter;

  constructor(private readonly owner: Construct, layout: Layout, options: WorkflowTableTrigger, eventPattern: EventPattern) {
    const { table, source, detailType, timeAttribute } = options;
    const regionAttribute = options.regionAttribute ?? REGION_ATTRIBUTE;
    const itemFilter = options.itemFilter ?? {};
    layout.requireSameSystem('trigger.table.table', table);
    if (!(table instanceof GlobalTableBase)) {
      throw invalidProp(owner, 'trigger.table.table', table, 'a GlobalTable, or what GlobalTable.fromTableName or fromTableAttributes returns');
    }
    requireLiteral(owner, 'trigger.table.source', source, /^(?!aws\.)[A-Za-z0-9/._-]{1,256}$/, 'letters, digits, dots, slashes, hyphens and underscores, not beginning with "aws."');
    // a bracket would be a placeholder in the template of a pipe's messages
    requireLiteral(owner, 'trigger.table.detailType', detailType, /^[^<>"\\\x00-\x1f]{1,128}$/, '1 to 128 characters, none of them < > " \\ or a control character');
    requireMatch(owner, 'source', source, eventPattern.source);
    requireMatch(owner, 'detailType', detailType, eventPattern.detailType);
    requireAttribute(owner, 'trigger.table.timeAttribute', timeAttribute);
    requireAttribute(owner, 'trigger.table.regionAttribute', regionAttribute);
    if (Object.hasOwn(itemFilter, regionAttribute)) {
      throw invalidProp(owner, 'trigger.table.itemFilter', regionAttribute, 'attributes other than the regionAttribute, because ownership says which region runs the workflow');
    }
    requireItemFilter(owner, 'trigger.table.itemFilter', itemFilter);
    this.table = table;
    this.regionAttribute = regionAttribute;
    this.itemFilter = itemFilter;
    this.messageTemplate = recordTemplate({ source, detailType, timeAttribute, regionAttribute });
  }

  /** Returns the records of a region's stream that start the workflow there, or are kept there for a takeover. */
  public filtersIn(region: string, { scope, regions }: OwnershipPlan): RecordPattern[] {
    if (!regions.includes(region)) return [];
    const patterns = insertions(scope === SubscriptionScope.ORIGIN ? { ...this.itemFilter, [this.regionAttribute]: [region] } : this.itemFilter);
    requireShortPatterns(this.owner, 'trigger.table.itemFilter', patterns);
    return patterns;
  }
}

/** Throws if the trigger's pattern names values and this is none of them: then an item and its event would not be the same, and one of the two a mistake. Filters of content are not judged. */
function requireMatch(owner: Construct, field: 'source' | 'detailType', value: string, pattern: readonly unknown[] | undefined): void {
  const areLiterals = Array.isArray(pattern) && !Token.isUnresolved(pattern) && pattern.every(each => typeof each === 'string' && !Token.isUnresolved(each));
  if (areLiterals && !pattern.includes(value)) {
    throw invalidProp(owner, `trigger.table.${field}`, value, `one that trigger.eventPattern.${field} matches: ${pattern.join(', ')}`);
  }
}
