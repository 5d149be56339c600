/** The meanings of AWS's errors for who has called a command, by their names, whichever service they are of. */
const MEANINGS: readonly (readonly [name: RegExp, meaning: string])[] = [
  // https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
  [/^(CredentialsProviderError|TokenProviderError)$/, 'there are no AWS credentials: name a profile by --profile or AWS_PROFILE, or sign in by "aws sso login"'],
  // https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, 'the AWS credentials have expired: sign in again, as by "aws sso login"'],
  [/^(InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature(Exception)?)$/, 'AWS does not know these credentials'],
  [/^(OptInRequired|SubscriptionRequiredException)$/, 'the account has not opted in to this region'],
  [/^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestThrottled|RequestLimitExceeded|ProvisionedThroughputExceededException)$/, 'AWS takes no more requests at the moment: try again'],
];

const SILENT = /^(TimeoutError|AbortError|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE)$/;

/** Errors that say that credentials are at fault, so that every region will say the same. */
const OF_CREDENTIALS = MEANINGS.slice(0, 3);

/** Says in one line what an error means. */
export function problemOf(error: unknown): string {
  const { name, message } = error as Error;
  const code = codeOf(error);
  const meaning = MEANINGS.find(([pattern]) => pattern.test(name))?.[1];
  if (meaning !== undefined) return meaning;
  if (SILENT.test(name) || SILENT.test(code)) return `does not answer (${SILENT.test(code) ? code : 'no answer in time'})`;
  if (/^(AccessDenied|AccessDeniedException|AuthorizationError(Exception)?|UnauthorizedOperation)$/.test(name)) return `access is denied: ${oneLine(message)}`;
  return oneLine(message) || name;
}

/** Returns whether it is the region itself that gave no answer. */
export function isSilence(error: unknown): boolean {
  return SILENT.test((error as Error).name) || SILENT.test(codeOf(error));
}

/** Returns whether the credentials are at fault, and not the region. */
export function isOfCredentials(error: unknown): boolean {
  return OF_CREDENTIALS.some(([pattern]) => pattern.test((error as Error).name));
}

/** Returns whether something is not there. */
export function isMissing(error: unknown): boolean {
  return /^(ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|StateMachineDoesNotExist|NotFoundException|ResourceNotFound)$/.test((error as Error).name);
}

/** Returns whether there is no such host: a service has none where it does not exist. */
export function isUnknownHost(error: unknown): boolean {
  return codeOf(error) === 'ENOTFOUND';
}

function codeOf(error: unknown): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
