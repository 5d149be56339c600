import { Kind, Part } from './graph';

interface Description {
  /** The title of a part of this kind. */
  readonly title: string;
  /** The AWS service, which is its box in an overview. Undefined if it is drawn in detail only. */
  readonly service?: string;
}

/** In the order in which they are drawn. */
const KINDS: { readonly [kind in Kind]: Description } = {
  name: { title: 'DNS name', service: 'Route 53' },
  api: { title: 'API', service: 'API Gateway' },
  function: { title: 'function', service: 'Lambda Functions' },
  globalTable: { title: 'global table', service: 'DynamoDB Global Table' },
  table: { title: 'table', service: 'DynamoDB Table' },
  bus: { title: 'event bus', service: 'EventBridge' },
  rule: { title: 'rule', service: 'EventBridge' },
  schedule: { title: 'schedule' },
  archive: { title: 'archive', service: 'EventBridge' },
  pipe: { title: 'pipe' },
  queue: { title: 'queue' },
  workflow: { title: 'workflow', service: 'Step Functions' },
  alarms: { title: 'alarms' },
  topic: { title: 'topic' },
  repository: { title: 'repository' },
  pipeline: { title: 'pipeline', service: 'CodePipeline' },
  build: { title: 'build', service: 'CodeBuild' },
  deployment: { title: 'deployment' },
};

const ORDER = Object.keys(KINDS);

export function titleOf({ kind }: Part): string {
  return KINDS[kind].title;
}

/** Returns the box that a part belongs to in an overview. */
export function serviceOf({ kind, service }: Part): string | undefined {
  return service ?? KINDS[kind].service;
}

/** Sorts parts in the order of their kinds, then of their names. */
export function inOrder(one: Part, other: Part): number {
  return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || compare(one.name, other.name) || compare(one.id, other.id);
}

/** Compares texts as the characters come, wherever it is drawn: the order of a language would depend on the machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
