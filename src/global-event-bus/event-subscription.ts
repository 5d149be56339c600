import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventPattern, IRule, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { OWN_RULE } from './constants';
import type { GlobalEventBus } from './global-event-bus';
import { DeadLetters } from '../dead-letters/dead-letters';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { ruleMetricIn } from '../global-event-bus/rule-metrics';
import { watchRule } from './rule-alarms';
import { ISubscriptionTarget, SubscriptionScope } from '../system/subscription-target';
import { NameRule } from '../system/names';

/** Properties of a subscription to a `GlobalEventBus`. */
export interface EventSubscriptionProps {
  /**
   * Which events. The region is not yours to match: that is what `scope` does.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPattern: EventPattern;

  /** What takes them: a `MultiRegionFunction`, a `MultiRegionQueue`, a `ReplicatedWorkflow`, or an implementation of yours. */
  readonly target: ISubscriptionTarget;

  /**
   * Where an event is handled. A `ReplicatedWorkflow` decides that by its ownership, and takes no scope.
   *
   * @default SubscriptionScope.ORIGIN
   */
  readonly scope?: SubscriptionScope;

  /**
   * What the target gets of an event.
   *
   * @default - the whole event
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
   */
  readonly input?: RuleTargetInput;

  /**
   * How long delivery is tried, from 1 minute to 24 hours.
   *
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;

  /**
   * How often delivery is tried again, from 0 to 185 times.
   *
   * @default 185
   */
  readonly retryAttempts?: number;
}

/**
 * A rule in every region that gives the events of that region's bus to a target in the same region. Made by `GlobalEventBus.subscribe`.
 *
 * Delivery is at least once, and the ids of events change between regions and between tries to publish: recognise a duplicate by a key that the publisher put into the event.
 * Replayed events are delivered as well. What could not be delivered goes to the region's `DeadLetters`, and can be redriven from there. Per region: the
 * rule, and two alarms of about 0.10 USD a month each, on failed and on slow deliveries.
 */
export class EventSubscription extends Construct {
  private readonly eventBusName: string;
  private readonly rules: PerRegion<IRule | undefined>;

  constructor(bus: GlobalEventBus, id: string, props: EventSubscriptionProps) {
    super(bus, id);
    this.eventBusName = bus.eventBusName;
    const { maxEventAge = Duration.hours(24), retryAttempts = 185, eventPattern, target } = props;
    const scope = target.ownScope ?? props.scope ?? SubscriptionScope.ORIGIN;
    if (!NameRule.EVENT_RULE.accepts(id) || OWN_RULE.test(id)) {
      throw invalidProp(this, 'id', id, `${NameRule.EVENT_RULE.allowed}, not beginning with replication-, heartbeats- or redrive-`);
    }
    if (eventPattern.region) {
      throw invalidProp(this, 'eventPattern.region', eventPattern.region, 'nothing, because scope says in which region an event is handled');
    }
    if (Object.values(eventPattern).every(value => value === undefined)) {
      throw invalidProp(this, 'eventPattern', eventPattern, 'a pattern with at least one field');
    }
    if (target.ownScope && props.scope) {
      throw invalidProp(this, 'scope', props.scope, 'nothing, because the target decides by itself in which region it handles an event');
    }
    if (maxEventAge.toSeconds() < 60 || maxEventAge.toSeconds() > Duration.hours(24).toSeconds()) {
      throw invalidProp(this, 'maxEventAge', maxEventAge.toHumanString(), '1 minute to 24 hours');
    }
    if (!Number.isInteger(retryAttempts) || retryAttempts < 0 || retryAttempts > 185) {
      throw invalidProp(this, 'retryAttempts', retryAttempts, 'a whole number from 0 to 185');
    }
    const layout = Layout.of(this);
    if (target instanceof Construct) {
      layout.requireSameSystem('target', target);
    }
    const deadLetters = DeadLetters.of(layout.system);
    this.rules = layout.perShare((share, region) => {
      const taker = target.targetIn(region, { deadLetterQueue: deadLetters._admitRules(region, `${bus.eventBusName}/*`), eventBusName: bus.eventBusName, maxEventAge, retryAttempts, input: props.input });
      if (!taker) return undefined;
      watchRule(share, { eventBusName: bus.eventBusName, ruleName: id, activity: `giving events of ${bus.eventBusName} to ${id}` });
      return new Rule(share, 'Rule', {
        ruleName: id,
        description: scope === SubscriptionScope.ORIGIN ? `${id}: events published in ${region}` : `${id}: events of all regions`,
        eventBus: bus.inRegion(region),
        eventPattern: { ...eventPattern, ...(scope === SubscriptionScope.ORIGIN && { region: [region] }) },
        targets: [taker],
      });
    });
  }

  /** The rule of one region, or nothing where the target takes no events; throws if it is not a region of the system. */
  public inRegion(region: string): IRule | undefined {
    return this.rules.in(region);
  }

  /** How many events matched in one region, over a minute by default, no data if none did; throws if it is not a region of the system. */
  public metricMatchedEvents(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'MatchedEvents', options);
  }

  /** How often the target of one region was given an event, over a minute by default, no data if it was not; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Invocations', options);
  }

  /** How often the target of one region could not be given an event for good, over a minute by default; throws if it is not a region of the system. */
  public metricFailedInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'FailedInvocations', options);
  }

  /**
   * How long events took in one region until the target had them, retries included, in milliseconds: the 99th percentile, over a minute by default.
   *
   * Throws if it is not a region of the system.
   */
  public metricIngestionToInvocationSuccessLatency(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'IngestionToInvocationSuccessLatency', options);
  }

  private metric(region: string, metricName: string, options?: MetricOptions): Metric {
    return ruleMetricIn(this, region, this.eventBusName, this.node.id, metricName, options);
  }
}
