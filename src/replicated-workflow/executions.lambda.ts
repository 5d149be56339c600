import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { correlationId } from './correlation-id';
import { isFinal } from './ledger-entry';
import { startErrorOf } from './start-errors';
import { Execution } from './takeover';
import { log } from '../system/log';

/** The executions of the workflow in this region. */
export class Executions {
  /** The state machine's name, equal in every region. */
  public readonly workflow: string;
  public readonly account: string;
  private readonly prefix: string;
  private looks = 0;

  /** @param looker the client that describes executions: what it is refused is looked at later, so that it need not try again */
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
    private readonly correlationIdPath?: string,
    private readonly looker = client,
  ) {
    const [arn, partition, service, region, account, , name] = stateMachineArn.split(':');
    this.workflow = name;
    this.account = account;
    // whatever version or alias the ARN names
    this.prefix = [arn, partition, service, region, account, 'execution', name, ''].join(':');
  }

  /** Starts an execution, unless it was started before. It continues the trace, if one is given. Throws an `Unstartable` if no retry can help. */
  public async start(name: string, input: string, traceHeader?: string): Promise<void> {
    const command = new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input });
    if (traceHeader) continueTrace(command, traceHeader);
    try {
      await this.client.send(command);
      log.info('execution started', { execution: name, correlation_id: correlationId(input, this.correlationIdPath) });
    } catch (error) {
      // by this message or by a duplicate of its event: nothing is left to do
      if (!(error instanceof ExecutionAlreadyExists)) throw startErrorOf(error);
    }
  }

  /** Returns an execution, `NONE` if it does not exist, or `UNKNOWN` if Step Functions is asked too often, by this function or by anybody else of the account. */
  public async find(name: string): Promise<Execution | 'NONE' | 'UNKNOWN'> {
    if (this.looks <= 0) return 'UNKNOWN';
    this.looks--;
    try {
      const { status, stopDate } = await this.looker.send(new DescribeExecutionCommand({ executionArn: this.prefix + name }));
      return isFinal(status!) ? { status, endedAt: stopDate?.getTime() } : { status: 'RUNNING' };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'NONE';
      if (!isThrottling(error)) throw error;
      // the others would be refused as well
      this.looks = 0;
      return 'UNKNOWN';
    }
  }

  /** Lets a run describe so many executions, which all functions of the account share a quota for. */
  public allowLooks(looks: number): void {
    this.looks = looks;
  }

  /** Returns whether Step Functions answers: that it knows no such execution, or that it is asked too often, is an answer. */
  public async answers(): Promise<boolean> {
    try {
      await this.client.send(new DescribeExecutionCommand({ executionArn: `${this.prefix}beat` }));
      return true;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist || isThrottling(error)) return true;
      log.error('Step Functions does not answer', { error });
      return false;
    }
  }
}

function isThrottling(error: unknown): boolean {
  return error instanceof Error && error.name === 'ThrottlingException';
}

/**
 * Continues a trace by the header of HTTP, not by the request's own `traceHeader`: in Lambda the SDK sends the function's trace as that header, which Step Functions prefers. One batch of
 * messages has one such trace, but as many as it has messages are to be continued.
 */
function continueTrace(command: StartExecutionCommand, traceHeader: string): void {
  command.middlewareStack.add(next => async args => {
    (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = traceHeader;
    return next(args);
  }, { step: 'build', name: 'continueTrace' });
}
