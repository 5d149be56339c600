/** What no template and no code says: the numbers to replace by your own. */
export const ASSUMPTIONS = {
  /** Of the requests that customers make, those that place an order; the others read one. */
  shareOfOrders: { value: 0.1, unit: 'of the requests', meaning: 'place an order; the others read one' },
  requestMs: { value: 50, unit: 'ms', meaning: 'billed for an invocation that customers wait for (`PlaceOrder`, `GetOrder`)' },
  stepMs: { value: 25, unit: 'ms', meaning: 'billed for any other invocation' },
  sweepMs: { value: 300, unit: 'ms', meaning: 'billed for a run of the sweeper, each minute' },
  invocationLogKb: { value: 1, unit: 'KB', meaning: 'logged for an invocation: the lines of Lambda and one or two of the handler' },
  requestLogKb: { value: 0.5, unit: 'KB', meaning: 'logged for a request by API Gateway' },
  historyEventKb: { value: 0.35, unit: 'KB', meaning: 'logged for an event in the history of an execution, without its payload' },
  historyEventsOfState: { value: 5, unit: 'events', meaning: 'in the history of an execution for each state, and two for its start and end' },
  eventKb: { value: 1, unit: 'KB', meaning: 'of an event, and of what is sent to replicate a write' },
  utilization: { value: 0.7, unit: 'of the capacity', meaning: 'that is used where it is provisioned, all day long' },
  itemKb: { value: 0.5, unit: 'KB', meaning: 'of an item that is stored; one writes up to 1 KB for one unit' },
  tracedShare: { value: 0.05, unit: 'of the requests', meaning: 'traced; the one a second that X-Ray always takes goes to health checks, which are counted with them' },
  messagesOfBatch: { value: 1, unit: 'message', meaning: 'that the starter gets at once; up to 10 when many come in, which costs less' },
  executionMs: { value: 1000, unit: 'ms', meaning: 'that an execution takes; of interest for EXPRESS only' },
  deployments: { value: 20, unit: 'a month', meaning: 'executions of the pipeline' },
  actionMinutes: { value: 3, unit: 'minutes', meaning: 'that an action takes, but for the watch of a region' },
} as const;

export type Assumption = keyof typeof ASSUMPTIONS;

export const assume = (name: Assumption): number => ASSUMPTIONS[name].value;
