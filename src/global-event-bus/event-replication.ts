import { EventPattern } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { RenderedPattern, renderPattern, requirePattern } from './event-pattern';
import { HEARTBEAT_SOURCE } from '../dead-letters/constants';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Services publish to the default bus of each region themselves. */
const NOT_OF_AWS = [{ 'anything-but': { prefix: 'aws.' } }];

/** The events that a bus sends to its peers. */
export class EventReplication {
  /** Sends every event that is published in a region to all regions. Each is billed as a custom event once per peer. */
  public static all(): EventReplication {
    return new EventReplication({ source: NOT_OF_AWS });
  }

  /**
   * Sends events that match a pattern to all regions; all others stay where they are published, and are lost to the others with their region.
   *
   * When used, it throws if the pattern is empty, is none that EventBridge accepts, or names a region: which region forwards an event is what keeps it from looping.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  public static matching(eventPattern: EventPattern): EventReplication {
    return new EventReplication(renderPattern(eventPattern ?? {}), true);
  }

  /** Sends no event to another region: one separate bus per region. */
  public static none(): EventReplication {
    return new EventReplication();
  }

  private constructor(private readonly pattern?: RenderedPattern, private readonly isGiven = false) {}

  /**
   * Returns the pattern of events that are sent on, or undefined if none is. Heartbeats go by the same rule as the events that they watch over.
   * @internal
   */
  public _patternFor(owner: Construct, withHeartbeats: boolean): RenderedPattern | undefined {
    if (!this.pattern || !this.isGiven) {
      return this.pattern;
    }
    if (Object.keys(this.pattern).length === 0) {
      throw invalidProp(owner, 'replication', {}, 'a pattern with at least one field, or EventReplication.all()');
    }
    if (this.pattern.region !== undefined) {
      throw invalidProp(owner, 'replication: region', this.pattern.region, 'nothing, because each region forwards what is published in it');
    }
    const pattern = { source: NOT_OF_AWS, ...this.pattern };
    const whole = withHeartbeats ? { $or: [pattern, { source: [HEARTBEAT_SOURCE] }] } : pattern;
    requirePattern(owner, 'replication: eventPattern', this.pattern, { ...whole, 'region': ['ap-northeast-1'], 'replay-name': [{ exists: false }] }, message => (
      MultiRegionSystem.of(owner)._notify('warning', owner, 'cdk-multi-region:longEventPattern', message)));
    return whole;
  }
}
