import { App } from 'aws-cdk-lib';

/** How many resources there are of each type. */
type Counts = Map<string, number>;

/** Kinds of stacks, in the order in which they are deployed. */
const KINDS = ['once, in the global stack', 'in each region', 'in each mesh stack', 'in the stack'];

/** A table of what an app defines: the resources of each part, by the kind of stack. Throws if the stacks of a kind differ. */
export function definedBy(app: App, code: string): string {
  const parts = new Map<string, Map<string, Map<string, Counts>>>();
  for (const { hierarchicalId, template } of app.synth().stacksRecursively) {
    for (const { Type, Metadata } of Object.values<any>(template.Resources ?? {})) {
      const [part] = Metadata['aws:cdk:path'].slice(hierarchicalId.length + 1).split('/');
      const kinds = valueOf(parts, part, () => new Map());
      const stacks = valueOf(kinds, kindOf(hierarchicalId), () => new Map());
      const counts: Counts = valueOf(stacks, hierarchicalId, () => new Map());
      const type = Type.replace(/^AWS::/, '');
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  if (parts.size === 0) return 'No resources.';
  const isOwn = (part: string) => code.includes(`'${part}'`);
  const sorted = [...parts].sort(([a], [b]) => Number(isOwn(b)) - Number(isOwn(a)) || (a < b ? -1 : 1));
  return [
    '| part | where | resources |',
    '| --- | --- | --- |',
    ...sorted.flatMap(([part, kinds]) => [...kinds].sort(([a], [b]) => rank(a) - rank(b)).map(([kind, stacks]) => (
      `| \`${part}\`${isOwn(part) ? '' : ', shared'} | ${kind} | ${listOf(stacks)} |`
    ))),
    ...(sorted.every(([part]) => isOwn(part)) ? [] : ['', 'What is shared is made once, for all constructs whose parts are in the same stack.']),
  ].join('\n');
}

function valueOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  if (!map.has(key)) map.set(key, make());
  return map.get(key)!;
}

/** The place of a stack in an app, such as `in each region` for `Orders/us-west-2`. */
function kindOf(path: string): string {
  const parts = path.split('/');
  const leaf = parts.pop()!;
  const of = parts.length > 1 ? ` of \`${parts.pop()}\`` : '';
  if (leaf === 'global') return KINDS[0];
  if (/-\d$/.test(leaf)) return `${KINDS[1]}${of}`;
  if (/-\d-mesh$/.test(leaf)) return `${KINDS[2]}${of}`;
  return `${KINDS[3]} \`${leaf}\``;
}

function rank(kind: string): number {
  return KINDS.findIndex(beginning => kind.startsWith(beginning));
}

/** What each stack of a kind has. */
function listOf(stacks: Map<string, Counts>): string {
  const lists = new Set([...stacks.values()].map(counts => (
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${count === 1 ? '' : `${count} × `}\`${type}\``).join(', ')
  )));
  if (lists.size > 1) throw new Error(`stacks differ: ${[...stacks.keys()].join(', ')}`);
  return [...lists][0];
}
