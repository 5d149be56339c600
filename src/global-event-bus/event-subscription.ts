import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, EventPattern, IRule, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { OWN_RULE } from './constants';
import { renderPattern, requirePattern, toL2 } from './event-pattern';
import { addRuleAlarms } from './rule-alarms';
import { ruleMetric } from './rule-metrics';
import { SubscribedBus } from './subscribed-bus';
import { SubscriptionDescription } from '../system/description';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { requireDuration, requireWhole } from '../system/ranges';
import { ISubscriptionTarget, SubscriptionScope } from '../system/subscription-target';

/** For the length of a pattern, which is the same whatever regions there are. */
const LONGEST_REGION = 'ap-northeast-1';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
const MOST_INPUT = 8192;

/** Properties of a subscription to a `GlobalEventBus`. */
export interface EventSubscriptionProps {
  /**
   * The events to take. Do not match on `region`; set `scope` instead. At most 2,048 characters as JSON, or up to 4,096 with a quota of yours.
   *
   * What EventBridge would refuse is an error at synthesis, and so is what no event could match, such as an empty list, or a number for the account.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPattern: EventPattern;

  /**
   * The target: a `MultiRegionFunction` or functions that there are already, a `MultiRegionQueue`, a `ReplicatedWorkflow`, or an implementation of yours. A function takes an event at once, and what it fails at is tried for 3 minutes only; the other two retry for as
   * long as their props say. One that is in another unit than the bus gets its events from when all regions are
   * deployed.
   */
  readonly target: ISubscriptionTarget;

  /**
   * The regions that handle an event. A `ReplicatedWorkflow` decides that by its ownership, and takes no scope.
   *
   * @default SubscriptionScope.ORIGIN
   */
  readonly scope?: SubscriptionScope;

  /**
   * The input of the target, made of an event.
   *
   * @default - the whole event
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
   */
  readonly input?: RuleTargetInput;

  /**
   * The time for which delivery is tried, from 1 minute to 24 hours.
   *
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;

  /**
   * The number of times that delivery is tried again, from 0 to 185.
   *
   * @default 185
   */
  readonly retryAttempts?: number;
}

/**
 * A rule in every region that gives the events of that region's bus to a target in the same region. Made by `GlobalEventBus.subscribe`.
 *
 * Delivery is at least once, and the ids of events change between regions and between tries to publish: recognise a duplicate by a key that the publisher put into the event.
 * Replayed events are delivered as well. Events that could not be delivered go to the `DeadLetters` of the bus' unit in the region, and can be redriven from there: after 24 hours, or at once if the target is not
 * there or does not admit them. A pattern that matches every source matches the heartbeats of `replicationCanary` as well. Per region: the rule, and two alarms of about 0.10 USD a month each, on failed and on slow
 * deliveries.
 */
export class EventSubscription extends Construct {
  /** Adds a subscription to a bus. @internal */
  public static _to(bus: SubscribedBus, scope: Construct, id: string, props: EventSubscriptionProps): EventSubscription {
    return new EventSubscription(scope, id, bus, props);
  }

  private readonly eventBusName: string;
  private readonly ruleName: string;
  private readonly rules: PerRegion<IRule | undefined>;
  private readonly target: ISubscriptionTarget;
  private readonly subscriptionScope: SubscriptionScope;

  private constructor(parent: Construct, id: string, bus: SubscribedBus, props: EventSubscriptionProps) {
    super(parent, id);
    const { eventBusName } = bus;
    this.eventBusName = eventBusName;
    const ruleName = bus.ruleNameOf(id);
    this.ruleName = ruleName;
    const { maxEventAge = Duration.hours(24), retryAttempts = 185, target } = props;
    if (typeof props.eventPattern !== 'object' || props.eventPattern === null) throw invalidProp(this, 'eventPattern', props.eventPattern, 'a pattern with at least one field');
    const eventPattern = renderPattern(props.eventPattern);
    if (typeof (target as Partial<ISubscriptionTarget> | undefined)?.targetIn !== 'function') {
      throw invalidProp(this, 'target', target, 'a MultiRegionFunction, a MultiRegionQueue or a ReplicatedWorkflow');
    }
    const scope = target.ownScope ?? props.scope ?? SubscriptionScope.ORIGIN;
    this.target = target;
    this.subscriptionScope = scope;
    if (!NameRule.EVENT_RULE.accepts(ruleName) || OWN_RULE.test(ruleName)) {
      throw invalidProp(this, ruleName === id ? 'id' : `id, which makes the name "${ruleName}",`, id, `${NameRule.EVENT_RULE.allowed}, not beginning with replication-, heartbeats- or redrive-`);
    }
    if (eventPattern.region !== undefined) {
      throw invalidProp(this, 'eventPattern.region', eventPattern.region, 'nothing, because scope says in which region an event is handled');
    }
    if (Object.keys(eventPattern).length === 0) {
      throw invalidProp(this, 'eventPattern', eventPattern, 'a pattern with at least one field');
    }
    if (target.ownScope && props.scope) {
      throw invalidProp(this, 'scope', props.scope, 'nothing, because the target decides by itself in which region it handles an event');
    }
    requireDuration(this, 'maxEventAge', maxEventAge, 'seconds', Duration.minutes(1), Duration.hours(24));
    requireWhole(this, 'retryAttempts', retryAttempts, 0, 185);
    const layout = Layout.of(this);
    requirePattern(this, 'eventPattern', eventPattern, scope === SubscriptionScope.ORIGIN ? { region: [LONGEST_REGION] } : {}, message => (
      layout.system._notify('warning', this, 'cdk-multi-region:longEventPattern', message)));
    if (target instanceof Construct) {
      layout.requireSameSystem('target', target);
    }
    // what connects two units is made when both are there
    const isLocal = !(target instanceof Construct) || layout.isSameUnit(target);
    this.rules = layout.perRegion(regionalScope => {
      const { region } = regionalScope;
      const deadLetterQueue = bus.deadLetters._admitRules(region, `${eventBusName}/*`);
      const taker = target.targetIn(region, {
        deadLetterQueue: isLocal ? deadLetterQueue : bus.deadLetters._fromMesh(region), eventBusName, maxEventAge, retryAttempts, input: props.input,
      });
      if (!taker) return undefined;
      addRuleAlarms(regionalScope.regional, regionalScope, bus.alarms, { eventBusName, ruleName, activity: `giving events of ${eventBusName} to ${id}` });
      const where = isLocal ? regionalScope.regional : regionalScope.mesh;
      const rule = new Rule(where, 'Rule', {
        ruleName,
        description: scope === SubscriptionScope.ORIGIN ? `${id}: events published in ${region}` : `${id}: events of all regions`,
        eventBus: isLocal ? bus.busIn(region) : EventBus.fromEventBusName(where, 'Bus', eventBusName),
        eventPattern: { ...toL2(eventPattern), ...(scope === SubscriptionScope.ORIGIN && { region: [region] }) },
        targets: [taker],
      });
      this.requireInput(rule, props.input);
      // without the queue's policy, what the target does not take at first would be lost
      if (isLocal) rule.node.addDependency(bus.deadLetters.inRegion(region));
      return rule;
    });
  }

  /** @internal */
  public _describe(): SubscriptionDescription {
    const { target, ruleName, node: { id } } = this;
    const regions: string[] = [];
    this.rules.forEach((rule, region) => rule && regions.push(region));
    return { id, rule: ruleName, target: target instanceof Construct ? target.node.path : '', everyRegion: this.subscriptionScope === SubscriptionScope.EVERY_REGION, regions };
  }

  private requireInput(rule: Rule, input?: RuleTargetInput): void {
    const { input: text, inputTemplate } = input?.bind(rule) ?? {};
    for (const value of [text, inputTemplate]) {
      const { length } = String(Stack.of(rule).resolve(value) ?? '');
      if (length > MOST_INPUT) throw invalidProp(this, 'input', `${length} characters`, `at most ${MOST_INPUT} characters`);
    }
  }

  /** Returns the rule of one region, or nothing where the target takes no events; throws if it is not a region of the system. */
  public inRegion(region: string): IRule | undefined {
    return this.rules.in(region);
  }

  /** Returns the number of events that matched in one region, over a minute by default, no data if none did; throws if it is not a region of the system. */
  public metricMatchedEvents(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'MatchedEvents', options);
  }

  /** Returns the number of times that the target of one region was given an event, over a minute by default, no data if it was not; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Invocations', options);
  }

  /** Returns the number of events that the target of one region could not be given for good, over a minute by default; throws if it is not a region of the system. */
  public metricFailedInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'FailedInvocations', options);
  }

  /**
   * Returns the time that events took in one region until the target had them, retries included, in milliseconds: the 99th percentile, over a minute by default.
   *
   * Throws if it is not a region of the system.
   */
  public metricIngestionToInvocationSuccessLatency(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'IngestionToInvocationSuccessLatency', options);
  }

  private metric(region: string, metricName: string, options?: MetricOptions): Metric {
    return metricIn(this, region, ruleMetric(this.eventBusName, this.ruleName, metricName), options);
  }
}
