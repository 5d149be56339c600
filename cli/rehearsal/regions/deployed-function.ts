import {
  AddPermissionCommand, CreateAliasCommand, CreateFunctionCommand, CreateFunctionCommandInput, DeleteFunctionCommand, GetAliasCommand,
  GetFunctionCommand, GetFunctionEventInvokeConfigCommand, GetPolicyCommand, LambdaClient, PublishVersionCommand, PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';

/** A statement as the library's functions have them. */
interface Statement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: { readonly Service: string };
  readonly Condition?: { readonly ArnLike?: { readonly 'AWS:SourceArn'?: string } };
}

/** A function with its alias: all that is needed to make it again after somebody deleted it. */
export class DeployedFunction {
  /** Reads what there is of it now. */
  public static async read(lambda: LambdaClient, name: string, aliasName: string): Promise<DeployedFunction> {
    const { Configuration, Code, Concurrency } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    const alias = { FunctionName: name, Name: aliasName };
    const qualified = { FunctionName: name, Qualifier: aliasName };
    const [zip, { Description }, { Policy }, { DestinationConfig }] = await Promise.all([
      fetch(Code!.Location!).then(async answer => answer.arrayBuffer()),
      lambda.send(new GetAliasCommand(alias)),
      lambda.send(new GetPolicyCommand(qualified)),
      lambda.send(new GetFunctionEventInvokeConfigCommand(qualified)),
    ]);
    const { Runtime, Role, Handler, Timeout, MemorySize, Environment, Architectures, TracingConfig, LoggingConfig } = Configuration!;
    return new DeployedFunction(lambda, name, {
      FunctionName: name,
      Description: Configuration!.Description,
      Runtime,
      Role,
      Handler,
      Timeout,
      MemorySize,
      Architectures,
      TracingConfig,
      LoggingConfig,
      ...Environment?.Variables ? { Environment: { Variables: Environment.Variables } } : {},
      Code: { ZipFile: new Uint8Array(zip) },
    }, async version => {
      await lambda.send(new CreateAliasCommand({ ...alias, Description, FunctionVersion: version }));
      for (const { Sid, Action, Principal, Condition } of (JSON.parse(Policy!) as { Statement: Statement[] }).Statement) {
        await lambda.send(new AddPermissionCommand({
          ...qualified, StatementId: Sid, Action, Principal: Principal.Service, SourceArn: Condition?.ArnLike?.['AWS:SourceArn'],
        }));
      }
      await lambda.send(new PutFunctionEventInvokeConfigCommand({ ...qualified, DestinationConfig }));
      const reserved = Concurrency?.ReservedConcurrentExecutions;
      if (reserved !== undefined) {
        await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: reserved }));
      }
    });
  }

  private isThere = true;

  private constructor(
    private readonly lambda: LambdaClient,
    private readonly name: string,
    private readonly asItWas: CreateFunctionCommandInput,
    private readonly finish: (version: string) => Promise<void>,
  ) {}

  public async delete(): Promise<void> {
    await this.lambda.send(new DeleteFunctionCommand({ FunctionName: this.name }));
    this.isThere = false;
  }

  /** Makes it again, if it is not there. */
  public async recreate(): Promise<void> {
    if (this.isThere) return;
    this.isThere = true;
    await this.lambda.send(new CreateFunctionCommand(this.asItWas));
    const { Version } = await this.lambda.send(new PublishVersionCommand({ FunctionName: this.name }));
    await this.finish(Version!);
  }
}
