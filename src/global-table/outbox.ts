import { PublishSettings } from './publish-settings';
import { PublishChangesOptions } from './published-changes';
import { publishFrom } from './regional-outbox';
import { TableParts } from './table-parts';
import { DeadLetters } from '../dead-letters/dead-letters';
import { IGlobalEventBus } from '../global-event-bus/i-global-event-bus';
import { requireFunction } from '../multi-region-function/require-function';
import { invalidProp } from '../system/errors';
import { NameRule } from '../system/names';

/** The publication of a table's changes as events, under one detail type or several. */
export class Outbox {
  private readonly slugs = new Set<string>();

  constructor(private readonly parts: TableParts) {}

  /** Indicates whether any changes are published. */
  public get isOn(): boolean {
    return this.slugs.size > 0;
  }

  /** Publishes changes in every region; throws if the detail type is published already, or if an option is not valid. */
  public publish(bus: IGlobalEventBus, options: PublishChangesOptions): void {
    const { table, layout, replicas, stream, overrides } = this.parts;
    const { enrichment } = options;
    layout.requireSameSystem('bus', bus);
    if (enrichment) {
      layout.requireSameSystem('enrichment', enrichment);
      requireFunction(table, 'enrichment', enrichment);
    }
    const settings = new PublishSettings(table, layout.system.systemName, options);
    if (this.slugs.has(settings.slug)) {
      throw invalidProp(table, 'detailType', settings.detailType, 'one that differs, in letters and digits, from those that this table publishes already');
    }
    this.slugs.add(settings.slug);
    stream.addReader();
    const deadLetters = DeadLetters.of(table);
    replicas.forEach(replica => publishFrom({
      replica,
      stream,
      settings,
      bus,
      enrichment,
      deadLetters,
      // what connects two units is made when both are there
      isLocal: layout.isSameUnit(bus) && (enrichment === undefined || layout.isSameUnit(enrichment)),
      logGroupName: `/aws/vendedlogs/pipes/${layout.physicalName(NameRule.TABLE)}-${settings.slug}`,
      alarms: replica.scope.alarms(overrides),
    }));
  }
}
