import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Execution, isFinal } from './takeover';

/** The executions of the workflow in this region. */
export class Executions {
  /** The state machine's name, equal in every region. */
  public readonly workflow: string;
  private readonly prefix: string;

  constructor(private readonly client: SFNClient, private readonly stateMachineArn: string) {
    const [arn, partition, service, region, account, , name] = stateMachineArn.split(':');
    this.workflow = name;
    // whatever version or alias the ARN names
    this.prefix = [arn, partition, service, region, account, 'execution', name, ''].join(':');
  }

  /** Starts an execution, unless it was started before. */
  public async start(name: string, input: string): Promise<void> {
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input }));
    } catch (error) {
      // by this message or by a duplicate of its event: nothing is left to do
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  public async find(name: string): Promise<Execution | undefined> {
    try {
      const { status, stopDate } = await this.client.send(new DescribeExecutionCommand({ executionArn: this.prefix + name }));
      return isFinal(status!) ? { status, endedAt: stopDate?.getTime() } : { status: 'RUNNING' };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  /** Whether Step Functions answers: that it knows no such execution, or that it is asked too often, is an answer. */
  public async answers(): Promise<boolean> {
    try {
      await this.find('beat');
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ThrottlingException') return true;
      console.error(JSON.stringify({ message: 'Step Functions does not answer', error: String(error) }));
      return false;
    }
  }
}
