import { writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { ActionExecutor, ActionWork } from '../action-run';
import { Clock } from '../clock';
import { ActionFailure } from '../errors';
import { JobAnswer, Jobs } from '../jobs';
import { LambdaFunction } from './functions';

const HOST = join(__dirname, 'lambda-host.js');
/** The runtime has the SDK. */
const SDK = require.resolve.paths('@aws-sdk')!.join(delimiter);
const MINUTE_MS = 60_000;
/** @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
const PATIENCE_MS = 20 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface LambdaProps {
  readonly functions: () => ReadonlyMap<string, LambdaFunction>;
  readonly jobs: Jobs;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly account: string;
  /** Between an answer that the work goes on and the next question. */
  readonly pollIntervalMs: number;
  /** What leads to AWS. */
  readonly environment: () => NodeJS.ProcessEnv;
}

/**
 * Invokes a function with a job, until it answers that the job is done or has failed. A function that does not answer at all, be it that it has thrown an error, is waited for.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html
 */
export function lambdaExecutor(props: LambdaProps): ActionExecutor {
  return async work => {
    const { clock, functions } = props;
    const { run, configuration } = work;
    const startedAt = clock.now();
    const invoked = functions().get(configuration.FunctionName);
    if (!invoked) throw new ActionFailure(`there is no function ${configuration.FunctionName}`, 'ConfigurationError');
    for (let token: string | undefined, round = 1; clock.now() - startedAt < DAY_MS; round++) {
      const answer = await ask(props, invoked, work, round, token);
      if (run.status !== 'InProgress') return {};
      if (!answer) throw new ActionFailure(`${invoked.name} has not answered`);
      if (answer.kind === 'failed') throw new ActionFailure(answer.message, answer.code);
      if (answer.kind === 'succeeded') return { summary: answer.summary, variables: answer.variables };
      token = answer.token;
      if (answer.summary) run.say(answer.summary);
      await clock.sleep(props.pollIntervalMs);
    }
    throw new ActionFailure(`${invoked.name} has not ended within a day`);
  };
}

/** Returns nothing if the function does not answer in time. */
async function ask(
  props: LambdaProps, invoked: LambdaFunction, work: ActionWork, round: number, continuationToken?: string,
): Promise<JobAnswer | undefined> {
  const { jobs, clock, account } = props;
  const { id, answered } = jobs.open();
  const event = {
    'CodePipeline.job': {
      id,
      accountId: account,
      data: {
        actionConfiguration: { configuration: work.configuration },
        inputArtifacts: [],
        outputArtifacts: [],
        artifactCredentials: { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: 'test' },
        ...continuationToken !== undefined && { continuationToken },
      },
    },
  };
  const eventFile = join(work.folder, `event-${round}.json`);
  writeFileSync(eventFile, JSON.stringify(event));
  void invoke(props, invoked, eventFile, work.logFile);
  const inTime = new AbortController();
  const answer = await Promise.race([answered, clock.sleep(PATIENCE_MS, inTime.signal).then(() => undefined)]);
  inTime.abort();
  return answer;
}

/** In a process of its own. How it ends is of no interest, but for its log. */
async function invoke({ processes, clock, environment }: LambdaProps, invoked: LambdaFunction, eventFile: string, logFile: string): Promise<void> {
  const { name, code, handler, timeoutSeconds, variables } = invoked;
  try {
    const process = await processes.start(globalThis.process.execPath, [HOST, code, handler, eventFile], {
      logFile,
      cwd: code,
      env: { ...environment(), ...clock.environment(), ...variables, AWS_LAMBDA_FUNCTION_NAME: name, LAMBDA_TASK_ROOT: code, NODE_PATH: SDK },
    });
    await Promise.race([process.ended, sleep(timeoutSeconds * 1000, undefined, { ref: false })]);
    if (process.isRunning()) await processes.stop(process);
  } catch {
    // The pipeline has been stopped
  }
}
