import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeployedFunction } from './deployed-function';
import { clientOf, LocalRegion } from './local-region';
import { permissionsOf } from './permissions';
import { RolePolicies } from './role-policies';
import { SystemDescription } from '../../system/system-description';

const POLICY = 'TakenAway';
/** Seconds. */
const PERIOD = 60;

/** The use of a table by a function. */
export interface TableUse {
  /** Such as `dynamodb:GetItem`. */
  readonly actions: readonly string[];
  /** The ARN of the table. */
  readonly table: string;
}

/** The functions of a system in one region, and what their roles may do. */
export class RegionFunctions {
  private readonly lambda: LambdaClient;
  private readonly cloudWatch: CloudWatchClient;
  private readonly policies: RolePolicies;

  constructor(private readonly local: LocalRegion, private readonly system: SystemDescription) {
    this.lambda = new LambdaClient(clientOf(local));
    this.cloudWatch = new CloudWatchClient(clientOf(local));
    this.policies = new RolePolicies(local);
  }

  /** Reads a function with all that is needed to make it again after it was deleted. */
  public async read(name: string): Promise<DeployedFunction> {
    const alias = this.system.functions.find(found => found.name === name)?.alias;
    if (alias === undefined) throw new Error(`${this.system.name} has no function ${name}`);
    return DeployedFunction.read(this.lambda, name, alias);
  }

  /** Returns the name of the role of a function. */
  public async roleOf(name: string): Promise<string> {
    const { Role } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return Role!.split('/').at(-1)!;
  }

  /** Returns a role's use until now of each of the application's tables that it did anything with. */
  public async tableUses(role: string): Promise<TableUse[]> {
    const [allowed, { unused }] = await Promise.all([this.policies.allowed(role), permissionsOf(this.local)]);
    const neverUsed = new Set(unused[role]);
    const tables = this.system.tables.map(({ name }) => `arn:aws:dynamodb:${this.local.name}:${this.local.accountId}:table/${name}`);
    const used = allowed.filter(({ action, resources }) => (
      action.startsWith('dynamodb:') && !action.includes('*') && !neverUsed.has(`${action} on ${resources.join(', ')}`)
    ));
    return tables
      .map(table => ({ table, actions: used.filter(({ resources }) => resources.includes(table)).map(({ action }) => action) }))
      .filter(({ actions }) => actions.length > 0);
  }

  /** Takes from a role what it may do with a table. */
  public async deny(role: string, { actions, table }: TableUse): Promise<void> {
    await this.policies.deny(role, POLICY, [...actions], table);
  }

  /** Gives it back. */
  public async allowAgain(role: string): Promise<void> {
    await this.policies.delete(role, POLICY);
  }

  /** Returns the number of invocations of the application's own functions here since a time. */
  public async invocations(since: Date): Promise<number> {
    const own = this.system.functions.filter(({ isLibrary }) => !isLibrary);
    const counts = await Promise.all(own.map(async ({ name }) => this.invocationsOf(name, since)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Returns the number of invocations of a function here since a time. */
  public async invocationsOf(name: string, since: Date): Promise<number> {
    const { Datapoints = [] } = await this.cloudWatch.send(new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: name }],
      StartTime: since,
      EndTime: new Date(Date.now() + PERIOD * 1000),
      Period: PERIOD,
      Statistics: ['Sum'],
    }));
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }
}
