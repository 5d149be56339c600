import { ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IGrantable, Role } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AlarmOverrides, AlarmSet } from './alarm-set';
import { MetricSource, regionalMetric } from './metrics';
import { MultiRegionSystem } from './multi-region-system';
import { queueKeyStatements } from './queue-encryption';
import { Connection } from './region-protection';
import { RegionStacks } from './region-stacks';

/** The regional scope of a construct: the stacks for its parts in one region, and what all constructs share there. */
export class RegionalScope {
  constructor(
    public readonly system: MultiRegionSystem,
    private readonly stacks: RegionStacks,
    /** The ids between the system or unit and the owner, which every part repeats. */
    private readonly ids: string[],
    public readonly region: string,
  ) {}

  /**
   * Indicates whether the region is about to leave: it serves whoever still comes and sends to its peers, but gets no clients, and nothing from its
   * peers.
   */
  public get isRetiring(): boolean {
    return this.system.retiringRegions.includes(this.region);
  }

  /** The other regions that are to stay: those that this one sends to and asks. All that there are, in lists of who takes part in something, are `system.regions`. */
  public get peers(): string[] {
    return this.system._receiversOf(this.region);
  }

  /** The region's stack. */
  public get stack(): Stack {
    return this.stacks.stackIn(this.region);
  }

  /** The scope of what works without any other region. */
  public get regional(): Construct {
    return partOf(this.stack, this.ids);
  }

  /** The scope of what names a peer, or lets traffic in; in a stack that is deployed when all regions are. */
  public get mesh(): Construct {
    return partOf(this.stacks.meshIn(this.region), this.ids);
  }

  /** The user's key for queues, if there is one. */
  public get queueKey(): IKey | undefined {
    return this.stacks.protectionIn(this.region).givenKey;
  }

  /** Lets a principal use the key of queues that it may send to, or receive from. */
  public letUseQueueKey({ grantPrincipal }: IGrantable): void {
    queueKeyStatements(this.region, this.queueKey).forEach(statement => grantPrincipal.addToPrincipalPolicy(statement));
  }

  /** The key for logs and environment variables, if there is one of the user's or the compliance mode wants one. */
  public get key(): IKey | undefined {
    return this.stacks.protectionIn(this.region).key;
  }

  /** Returns the alarms of a construct in this region. */
  public alarms<Key extends string>(overrides: AlarmOverrides<Key>): AlarmSet<Key> {
    return new AlarmSet(this.stacks.alarmsIn(this.region), overrides);
  }

  /** Returns a metric of this region. */
  public metric(source: MetricSource, options?: MetricOptions): Metric {
    return regionalMetric(this.region, source, options);
  }

  /** Puts a function into the region's network, if there is one. */
  public connect(fn: Function, role: Role, options: Connection): void {
    this.stacks.protectionIn(this.region).connect(fn, role, options);
  }

  /** Lets functions in the region's own network call a service. */
  public reach(service: string): void {
    this.stacks.protectionIn(this.region).reach(service);
  }

  /** Returns the ARN of something in this region, of literals and pseudo parameters, so that any stack may name it. It makes no stack. */
  public arn(components: ArnComponents): string {
    return this.stacks.arnIn(this.region, components);
  }

  /** Returns the ARN of a function in this region, or of an alias or a version, whose name is the function's, a colon and its own. */
  public functionArn(name: string): string {
    return this.arn({ service: 'lambda', resource: 'function', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }
}

/** Returns the construct that has a path of ids below a stack, made as far as it is not there. */
export function partOf(stack: Stack, ids: string[]): Construct {
  return ids.reduce<Construct>((scope, id) => (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id), stack);
}
