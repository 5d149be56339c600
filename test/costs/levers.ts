import { Duration } from 'aws-cdk-lib';
import { Billing, Capacity } from 'aws-cdk-lib/aws-dynamodb';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Facts } from './facts';
import {
  AlarmProfile, AuditTrailProps, GlobalEventBusProps, GlobalTableProps, MultiRegionApiProps, MultiRegionFunctionProps, MultiRegionSystemProps,
  ReplicatedWorkflowProps, WorkflowOwnership,
} from '../../src';
import { Counts } from '../support/observability-costs';

/** A way to spend less. */
export interface Lever {
  readonly construct: string;
  /** As it is written in code. */
  readonly code: string;
  /** The props, which the compiler knows. */
  readonly props: object;
  readonly price: string;
  /** What it makes of the facts; or else the props are the system's, and it is synthesized with them. */
  readonly change?: (facts: Facts) => Facts;
}

const counting = (change: (counts: Counts) => Partial<Counts>) => (facts: Facts): Facts => (
  { ...facts, counts: { ...facts.counts, ...change(facts.counts) } }
);

/** What each prop does to the templates is tested with its construct. */
export const LEVERS: readonly Lever[] = [
  {
    construct: 'AuditTrail',
    code: 'leave `dataEvents` out',
    props: { dataEvents: undefined } satisfies AuditTrailProps,
    price: 'who wrote which order is no longer recorded; evacuations and takeovers still are',
    change: facts => ({ ...facts, hasAuditedTable: false }),
  },
  {
    construct: 'ReplicatedWorkflow',
    code: '`type: StateMachineType.EXPRESS`, `ownership: WorkflowOwnership.originRegion({ takeover: false })`, no `trigger.table`',
    props: {
      type: StateMachineType.EXPRESS, ownership: WorkflowOwnership.originRegion({ takeover: false }),
    } satisfies Partial<ReplicatedWorkflowProps>,
    price: 'no region takes over; an event that comes twice runs twice; five minutes at most',
    change: facts => ({ ...facts, isExpress: true, hasLedger: false, hasTableTrigger: false, schedules: facts.schedules - facts.regions }),
  },
  {
    construct: 'MultiRegionApi',
    code: '`health: { evacuation: false }`',
    props: { health: { evacuation: false } } satisfies Partial<MultiRegionApiProps>,
    price: 'no way to leave a region that still answers',
    change: counting(counts => ({
      'health check by HTTPS, every 30 s': 0, 'million probes': probes({ fast: counts['health check by HTTPS, every 10 s'], slow: 0 }),
    })),
  },
  {
    construct: 'MultiRegionApi',
    code: '`health: { requestInterval: Duration.seconds(30) }`',
    props: { health: { requestInterval: Duration.seconds(30) } } satisfies Partial<MultiRegionApiProps>,
    price: 'failover takes 168 s rather than 108 s at most',
    change: counting(counts => ({
      'health check by HTTPS, every 10 s': 0,
      'health check by HTTPS, every 30 s': counts['health check by HTTPS, every 30 s'] + counts['health check by HTTPS, every 10 s'],
      'million probes': probes({ fast: 0, slow: counts['health check by HTTPS, every 30 s'] + counts['health check by HTTPS, every 10 s'] }),
    })),
  },
  {
    construct: 'MultiRegionApi',
    code: '`webAcl: { enabled: false }`',
    props: { webAcl: { enabled: false } } satisfies Partial<MultiRegionApiProps>,
    price: 'nothing stops floods and common attacks; a finding of cdk-nag',
    change: counting(() => ({ 'web ACL': 0, 'rule of a web ACL': 0 })),
  },
  {
    construct: 'MultiRegionSystem',
    code: '`alarmProfile: AlarmProfile.ESSENTIAL`',
    props: { alarmProfile: AlarmProfile.ESSENTIAL } satisfies Partial<MultiRegionSystemProps>,
    price: 'no alarm on what other alarms show a little later',
  },
  {
    construct: 'GlobalTable',
    code: '`billing: Billing.provisioned(...)`',
    props: {
      billing: Billing.provisioned({ readCapacity: Capacity.fixed(100), writeCapacity: Capacity.autoscaled({ maxCapacity: 1000 }) }),
    } satisfies Partial<GlobalTableProps>,
    price: 'what is above the capacity is throttled',
    change: facts => ({ ...facts, isProvisioned: true }),
  },
  {
    construct: 'MultiRegionFunction',
    code: '`memorySize: 256`',
    props: { memorySize: 256 } satisfies Partial<MultiRegionFunctionProps>,
    price: 'half the CPU; the same duration is assumed, so measure it',
    change: facts => ({ ...facts, memory: { ...facts.memory, PlaceOrder: 0.25, GetOrder: 0.25, IndexOrder: 0.25 } }),
  },
  {
    construct: 'GlobalEventBus',
    code: '`replicationCanary: false`',
    props: { replicationCanary: false } satisfies Partial<GlobalEventBusProps>,
    price: 'nobody notices that a replication rule is gone',
    change: facts => ({ ...facts, schedules: facts.schedules - facts.regions }),
  },
  {
    construct: 'MultiRegionPipeline',
    code: 'another CI: `cdk-multi-region gate` and `bake`',
    props: {},
    price: 'the other CI has a price of its own',
    change: facts => ({ ...facts, pipeline: undefined }),
  },
];

/** Million probes a month of health checks from three checker regions, of two checkers each. */
function probes({ fast, slow }: { fast: number; slow: number }): number {
  return 6 * 2.592 * (fast / 10 + slow / 30);
}
