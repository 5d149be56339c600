import { Duration, Stack, Stage, Token } from 'aws-cdk-lib';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ConsumedConcurrency } from './consumed-concurrency';
import { IMultiRegionFunction } from './i-multi-region-function';
import { isMade, LiteralName, literalNameOf, reservedOf, timeoutOf } from './literal-function';
import { LiveAliasTarget, LiveReference } from './live-alias-target';
import { UnknownRole } from './unknown-role';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { RegionalScope } from '../system/regional-scope';
import { SubscriptionDelivery } from '../system/subscription-target';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
const EXISTING_NAME = /^[\w-]{1,64}(:(?!\d+$)[\w-]{1,128})?$/;

/** Returns what finds the functions that have one name in all regions. */
export function namedFunctionIn(functionName: string): (scope: RegionalScope, owner: Construct) => IFunction {
  return (scope, owner) => {
    requireLiteral(owner, 'functionName', functionName, EXISTING_NAME, 'the name of a function, at most 64 letters, digits, hyphens and underscores, and then, if it is an alias, a colon and its name');
    return Function.fromFunctionAttributes(scope.regional, 'Function', { functionArn: scope.functionArn(functionName), sameEnvironment: true });
  };
}

interface RegionalPart {
  /** As it was given, for its role. */
  readonly fn: IFunction;
  readonly live: LiveReference;
}

/** Functions that something else made, one in every region. */
export class ExistingFunctions extends Construct implements IMultiRegionFunction {
  public readonly functionName: string;
  public readonly _timeout?: Duration;
  public readonly _reservedConcurrentExecutions?: number;
  public readonly _consumedConcurrency = new ConsumedConcurrency();

  private readonly layout: Layout;
  private readonly parts: PerRegion<RegionalPart>;

  constructor(scope: Construct, id: string, functionIn: (scope: RegionalScope, owner: Construct) => IFunction | undefined) {
    super(scope, id);
    this.layout = Layout.of(this);
    const { regions, primaryRegion } = this.layout.system;
    const given = this.layout.perRegion(part => functionIn(part, this));
    const missing = regions.filter(region => !given.in(region));
    if (missing.length > 0) {
      throw invalidProp(this, 'functions', regions.filter(region => given.in(region)), `a function for each region of the system; missing: ${missing.join(', ')}`);
    }
    this.parts = given.map((fn, region) => this.partOf(fn!, this.layout.in(region)));
    this.functionName = literalNameOf(this.parts.in(primaryRegion).fn, this.layout.in(primaryRegion))?.name ?? this.layout.localName;
    // what holds in every region
    const timeouts = this.parts.all.flatMap(({ fn }) => timeoutOf(fn) ?? []);
    const reserved = this.parts.all.flatMap(({ fn }) => reservedOf(fn) ?? []);
    if (timeouts.length > 0) this._timeout = Duration.seconds(Math.max(...timeouts));
    if (reserved.length > 0) this._reservedConcurrentExecutions = Math.min(...reserved);
  }

  public inRegion(region: string): IFunction {
    return this.parts.in(region).live.alias;
  }

  public grantableIn(region: string): IGrantable {
    const { fn, live } = this.parts.in(region);
    return fn.role ? fn : new UnknownRole(this, this.layout, region, live.functionName);
  }

  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    return new LiveAliasTarget(this._liveFor(region), delivery);
  }

  public _liveFor(region: string): LiveReference {
    return this.parts.in(region).live;
  }

  private partOf(fn: IFunction, scope: RegionalScope): RegionalPart {
    const { region, regional, stack } = scope;
    const prop = `functions.${region}`;
    if (!Construct.isConstruct(fn) || typeof fn.functionArn !== 'string') throw invalidProp(this, prop, fn, 'a lambda.IFunction');
    this.requirePlace(prop, fn, scope);
    const named = literalNameOf(fn, scope);
    const isLocal = fn.node.scopes.includes(stack);
    if (!named && !isLocal) {
      throw invalidProp(this, prop, `${fn.node.path}, whose name a deployment makes`, 'a function with a functionName, an alias of one, or lambda.Function.fromFunctionName with the name that it has, '
        + `because stacks do not refer to each other; a function in the stack ${stack.node.path} itself needs no name`);
    }
    if (!isLocal && isMade(fn) && Stage.of(fn) === Stage.of(this)) {
      stack.addStackDependency(Stack.of(fn), `${fn.node.path} exists before what invokes it; allowed the other way round: literal names, such as GlobalTable.tableName`);
    }
    const alias = isLocal ? fn : Function.fromFunctionAttributes(regional, 'Function', { functionArn: named!.arn, sameEnvironment: true }) as Function;
    const functionArn = named?.arn ?? fn.functionArn;
    const arnIn = (other: Stack) => (other === stack ? alias.functionArn : functionArn);
    return { fn, live: { alias, functionName: this.nameFor(named), functionArn, arnIn } };
  }

  /** Throws unless a function is where the region's stack can call it and add permissions to it. */
  private requirePlace(prop: string, fn: IFunction, { region, stack }: RegionalScope): void {
    const { path } = fn.node;
    const isUnknown = Token.isUnresolved(fn.env.region);
    // of an ARN that a parameter holds, nothing is known; in the region's stack, it is used as it is
    if (fn.env.region !== region && !(isUnknown && fn.node.scopes.includes(stack))) {
      throw invalidProp(this, prop, `${path} of ${isUnknown ? 'no known region' : fn.env.region}`, `a function of ${region}`);
    }
    const accounts = [fn.env.account, stack.account];
    if (!accounts.some(account => Token.isUnresolved(account)) && accounts[0] !== accounts[1]) {
      throw invalidProp(this, prop, `${path} of the account ${accounts[0]}`, `a function of the account ${accounts[1]}, because only a function's own account lets something invoke it`);
    }
  }

  /** The name that distinguishes it from others, in ids. */
  private nameFor(named?: LiteralName): string {
    return named ? [named.name, named.qualifier].filter(part => part !== undefined).join('-') : this.layout.localName;
  }
}
