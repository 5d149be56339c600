import { CodePipelineClient, GetPipelineStateCommand, PutJobFailureResultCommand, PutJobSuccessResultCommand, StageState } from '@aws-sdk/client-codepipeline';
import { boundedClient } from '../system/bounded-client.lambda';
import { log } from '../system/log';

/** The event that CodePipeline sends to a function that an action invokes. It holds credentials as well, so it must never be logged. */
export interface JobEvent {
  readonly 'CodePipeline.job': {
    readonly id: string;
    readonly data: {
      readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } };
      /** The token that the last answer asked to be given again. */
      readonly continuationToken?: string;
    };
  };
}

/** An answer to a job. One that goes on is asked again, with its token. */
export type JobAnswer = { readonly goesOn: string; readonly token: string } | { readonly succeeds: string } | { readonly fails: string };

// the state of the stages and the answer are two calls, between which the regions are asked, and the function ends after a minute
const codePipeline = boundedClient(CodePipelineClient, { attempts: 3, attemptMillis: 4_000, callMillis: 11_000 });

/**
 * Answers a job of CodePipeline by a decision. An error in it is a failure of the action, and so is a failure to answer: the function then ends with an error, and CodePipeline gives up after 20 minutes.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
export async function answerJob<Question>(event: JobEvent, decide: (question: Question, token?: string) => Promise<JobAnswer>): Promise<void> {
  const { id: jobId, data: { actionConfiguration, continuationToken } } = event['CodePipeline.job'];
  const answer = await decideSafely(() => decide(JSON.parse(actionConfiguration.configuration.UserParameters) as Question, continuationToken));
  log.info('answered', { job_id: jobId, ...answer });
  if ('fails' in answer) {
    await codePipeline.send(new PutJobFailureResultCommand({ jobId, failureDetails: { type: 'JobFailed', message: shortened(answer.fails) } }));
  } else {
    await codePipeline.send(new PutJobSuccessResultCommand({
      jobId,
      executionDetails: { summary: shortened('goesOn' in answer ? answer.goesOn : answer.succeeds) },
      continuationToken: 'token' in answer ? answer.token : undefined,
    }));
  }
}

async function decideSafely(decide: () => Promise<JobAnswer>): Promise<JobAnswer> {
  try {
    return await decide();
  } catch (error) {
    return { fails: `cannot tell (${(error as Error).name}: ${(error as Error).message})` };
  }
}

/** Returns the states of the stages of a pipeline. */
export async function stageStates(name: string): Promise<StageState[]> {
  return (await codePipeline.send(new GetPipelineStateCommand({ name }))).stageStates ?? [];
}

/** Shortens a text to what the service takes of a summary or message. */
const shortened = (text: string): string => text.slice(0, 2000);
