import { valueAt } from './event-path';

/** The form of an id: anything else may be a payload, or another line. */
const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;

/** Returns the correlation id of an event, for the log; none if there is no path, or nothing there that could be one. */
export function correlationId(event: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const value = String(valueAt(JSON.parse(event), path) ?? '');
    return CORRELATION_ID.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
