/** What an API of AWS refuses a request with: the client sees an exception of this name. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** Why an action has failed, as the state of the pipeline shows it. */
export class ActionFailure extends Error {
  /**
   * @param code one of the API's types of failures
   * @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_FailureDetails.html
   */
  constructor(message: string, readonly code = 'JobFailed') {
    super(message);
  }
}
