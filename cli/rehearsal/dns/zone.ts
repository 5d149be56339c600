import { CloudAssembly, StackArtifact } from '../../system/cloud-assembly';

/** A name that an API answers to in one region: where records lead in the end. */
export interface Endpoint {
  readonly region: string;
  readonly host: string;
}

/** As Route 53 has it: the most specific code that is given counts, and the country `*` is everybody. */
export interface GeoLocation {
  readonly continentCode?: string;
  readonly countryCode?: string;
  readonly subdivisionCode?: string;
}

export type Policy =
  | { readonly kind: 'simple' }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'geolocation'; readonly location: GeoLocation };

/** An alias record: all that the templates have. */
export interface AliasRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly policy: Policy;
  /** An endpoint, or the name of other records of the zone. */
  readonly target: Endpoint | string;
  readonly evaluateTargetHealth: boolean;
  readonly healthCheckId?: string;
}

export interface EndpointCheck {
  readonly kind: 'endpoint';
  readonly host: string;
  readonly path: string;
  /** Seconds. */
  readonly interval: number;
  readonly failureThreshold: number;
  readonly inverted: boolean;
}

export interface CalculatedCheck {
  readonly kind: 'calculated';
  readonly children: string[];
  /** The number of children that must be healthy. */
  readonly threshold: number;
  readonly inverted: boolean;
}

export type HealthCheck = EndpointCheck | CalculatedCheck;

/** The hosted zones and the health checks of the templates. Whatever is in them that the stand-in does not model is refused, not passed over. */
export class Zone {
  public static read({ stacks }: Pick<CloudAssembly, 'stacks'>): Zone {
    const readers = stacks.map(stack => new StackReader(stack));
    const zone = new Zone(
      readers.flatMap(reader => reader.endpoints()),
      readers.flatMap(reader => reader.records()),
      new Map(readers.flatMap(reader => reader.healthChecks())),
    );
    zone.requireTargets();
    return zone;
  }

  constructor(readonly endpoints: Endpoint[], readonly records: AliasRecord[], readonly healthChecks: ReadonlyMap<string, HealthCheck>) {}

  /** Returns the name that always leads to one region: it begins with it. */
  public regionalName(region: string): string {
    const names = this.endpoints.filter(endpoint => endpoint.region === region && endpoint.host.startsWith(`${region}.`)).map(({ host }) => host);
    if (names.length !== 1) throw new Error(`expected one domain name ${region}.… in ${region}, found ${JSON.stringify(names)}`);
    return names[0];
  }

  /** The name that leads to whichever region is best. */
  public get sharedName(): string {
    const [{ region }] = this.endpoints;
    return this.regionalName(region).slice(region.length + 1);
  }

  /** Returns all endpoints that a record may lead to, over whatever other records. */
  public endpointsOf({ target, type }: AliasRecord): Endpoint[] {
    return typeof target === 'string' ? this.named(target, type).flatMap(record => this.endpointsOf(record)) : [target];
  }

  /** Throws if Route 53 would refuse a record, or API Gateway would not know a client by the name that led there. */
  private requireTargets(): void {
    for (const record of this.records) {
      const { name, type, target } = record;
      if (typeof target === 'string' && this.named(target, type).length === 0) {
        throw new Error(`Tried to create an alias that targets ${target}., type ${type}, but that target was not found: ${name}`);
      }
      const other = this.endpoints.some(({ host }) => host === name) ? this.endpointsOf(record).find(({ host }) => host !== name) : undefined;
      if (other) {
        // each custom domain name has a target of its own: apigateway-regional-api-custom-domain-create.html in API Gateway's developer guide
        throw new Error(`${name} is a custom domain name, and its record leads to that of ${other.host} in ${other.region}`);
      }
    }
  }

  private named(name: string, type: AliasRecord['type']): AliasRecord[] {
    return this.records.filter(record => record.name === name && record.type === type);
  }
}

type Properties = Record<string, unknown>;

/** Reads one stack, in which references stay within the stack. */
class StackReader {
  constructor(private readonly stack: StackArtifact) {}

  public endpoints(): Endpoint[] {
    return this.ofType('AWS::ApiGateway::DomainName').map(([id]) => this.endpoint(id));
  }

  public records(): AliasRecord[] {
    return this.ofType('AWS::Route53::RecordSet')
      .filter(([, { Type }]) => Type === 'A' || Type === 'AAAA')
      .map(([id, properties]) => this.record(id, properties));
  }

  public healthChecks(): [string, HealthCheck][] {
    return this.ofType('AWS::Route53::HealthCheck')
      .map(([id, { HealthCheckConfig }]) => [this.globalId(id), this.healthCheck(id, HealthCheckConfig as Properties)]);
  }

  private record(id: string, properties: Properties): AliasRecord {
    const { Name, Type, AliasTarget, HealthCheckId, Failover, MultiValueAnswer, GeoProximityLocation, CidrRoutingConfig } = properties;
    if (Failover ?? MultiValueAnswer ?? GeoProximityLocation ?? CidrRoutingConfig) throw this.notModelled(id, 'its routing policy');
    if (!AliasTarget) throw this.notModelled(id, 'a record that is no alias');
    const { DNSName, EvaluateTargetHealth } = AliasTarget as Properties;
    return {
      name: nameOf(Name as string),
      type: Type as AliasRecord['type'],
      policy: policyOf(properties),
      target: typeof DNSName === 'string' ? nameOf(DNSName) : this.endpoint(this.referenced(id, DNSName, 'RegionalDomainName')),
      evaluateTargetHealth: EvaluateTargetHealth === true,
      ...(HealthCheckId === undefined ? {} : { healthCheckId: this.globalId(this.referenced(id, HealthCheckId, 'HealthCheckId')) }),
    };
  }

  private healthCheck(id: string, config: Properties): HealthCheck {
    const { Type, Inverted, Disabled } = config;
    if (Disabled) throw this.notModelled(id, 'a disabled health check');
    const inverted = Inverted === true;
    if (Type === 'CALCULATED') {
      return {
        kind: 'calculated',
        children: (config.ChildHealthChecks as unknown[]).map(child => this.globalId(this.referenced(id, child, 'HealthCheckId'))),
        threshold: config.HealthThreshold as number,
        inverted,
      };
    }
    if (Type !== 'HTTP' && Type !== 'HTTPS') throw this.notModelled(id, `a health check of type ${Type}`);
    return {
      kind: 'endpoint',
      host: nameOf(config.FullyQualifiedDomainName as string),
      path: config.ResourcePath as string ?? '/',
      interval: config.RequestInterval as number ?? 30,
      failureThreshold: config.FailureThreshold as number ?? 3,
      inverted,
    };
  }

  private endpoint(id: string): Endpoint {
    const { Type, Properties: { DomainName } = {} } = this.stack.template.Resources?.[id] ?? { Type: 'nothing' };
    if (Type !== 'AWS::ApiGateway::DomainName' || typeof DomainName !== 'string') throw this.notModelled(id, `an alias to ${Type}`);
    return { region: this.stack.region, host: nameOf(DomainName) };
  }

  /** Returns the logical id that a value refers to. */
  private referenced(id: string, value: unknown, attribute: string): string {
    const { Ref: ref, 'Fn::GetAtt': getAtt } = value as { [intrinsic: string]: string | string[] };
    if (typeof ref === 'string') return ref;
    if (getAtt?.[1] === attribute) return getAtt[0];
    throw this.notModelled(id, JSON.stringify(value));
  }

  private ofType(type: string): [string, Properties][] {
    return Object.entries(this.stack.template.Resources ?? {})
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [id, resource.Properties ?? {}]);
  }

  /** Stacks of a system share their logical ids. */
  private globalId(id: string): string {
    return `${this.stack.id}/${id}`;
  }

  private notModelled(id: string, what: string): Error {
    return new Error(`the stand-in for Route 53 does not model ${what}: ${this.globalId(id)}`);
  }
}

function policyOf({ Region, Weight, GeoLocation: location }: Properties): Policy {
  if (Region !== undefined) return { kind: 'latency', region: Region as string };
  // CloudFormation takes it as a number or as text
  if (Weight !== undefined) return { kind: 'weighted', weight: Number(Weight) };
  if (location === undefined) return { kind: 'simple' };
  const { ContinentCode, CountryCode, SubdivisionCode } = location as Record<string, string | undefined>;
  return { kind: 'geolocation', location: { continentCode: ContinentCode, countryCode: CountryCode, subdivisionCode: SubdivisionCode } };
}

function nameOf(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}
