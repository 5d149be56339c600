import { executionName } from '../../src/replicated-workflow/idempotency-key.lambda';

/** Returns what an execution may be called that somebody names by its idempotency key, or by its own name. A key of digits may be a string or a number. */
export function executionNamesOf(key: string): string[] {
  return [...new Set([key, executionName(key), ...(isWholeNumber(key) ? [executionName(Number(key))] : [])])];
}

/** Returns whether some text is a whole number as JSON has it. */
export function isWholeNumber(text: string): boolean {
  return Number.isSafeInteger(Number(text)) && String(Number(text)) === text;
}
