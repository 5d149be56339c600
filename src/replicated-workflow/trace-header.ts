const TRACE_HEADER = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;[\x21-\x7e]{1,512})?$/;

/** Returns a trace as X-Ray hands it from service to service. Anything else is dropped: a trace must never keep a workflow from being started. */
export function traceHeader(text: string | undefined): string | undefined {
  return text !== undefined && TRACE_HEADER.test(text) ? text : undefined;
}
