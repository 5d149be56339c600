import { Quota } from './quota-table';
import { Resource, StackArtifact } from '../../../system/cloud-assembly';
import { regionsOf } from '../../../system/named-resources';

/** The amount of a quota that some stacks need. */
export interface Need {
  readonly total: number;
  /** The amount that is not there yet, because its stack is not. */
  readonly added: number;
}

/** Lambda keeps this much for functions without a reservation: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const UNRESERVED = 100;

interface Placed {
  readonly stack: StackArtifact;
  readonly resource: Resource;
}

/**
 * Counts what a system needs of a quota; nothing if it has nothing to do with it.
 *
 * @param existing the names of the stacks that are there
 * @param region the region; nothing for all of them
 */
export function needOf({ count }: Quota, stacks: readonly StackArtifact[], existing: ReadonlySet<string>, region?: string): Need | undefined {
  const here = stacks.filter(stack => region === undefined || stack.region === region);
  const placed = here.flatMap(placedIn);
  if ('load' in count) return placed.some(({ resource }) => count.load.includes(resource.Type)) ? { total: 0, added: 0 } : undefined;
  const need = (all: readonly Placed[]): Need => ({ total: all.length, added: all.filter(({ stack }) => !existing.has(stack.stackName)).length });
  const ofTypes = (...types: string[]) => placed.filter(({ resource }) => types.includes(resource.Type));
  const found = (): Need => {
    if ('resources' in count) return need(ofTypes(...count.resources));
    switch (count.special) {
      case 'tables': return need(stacks.flatMap(placedIn).filter(({ stack, resource }) => (
        /^AWS::DynamoDB::(Global)?Table$/.test(resource.Type) && (region === undefined || regionsOf(resource, stack).includes(region)))));
      case 'rules of a bus': return largest(ofTypes('AWS::Events::Rule'), busOf, need);
      case 'resources of an API': return largest(ofTypes('AWS::ApiGateway::Resource'), ({ stack, resource }) => `${stack.stackName} ${key(resource.Properties?.RestApiId)}`, need);
      case 'records of a zone': return largest(ofTypes('AWS::Route53::RecordSet'), ({ resource }) => key(resource.Properties?.HostedZoneId), need);
      case 'resources of a stack': return largest(placed, ({ stack }) => stack.stackName, need);
      case 'stacks': return { total: here.length, added: here.filter(({ stackName }) => !existing.has(stackName)).length };
      case 'concurrency': return concurrencyOf(ofTypes('AWS::Lambda::Function'), existing);
    }
  };
  const result = found();
  return result.total === 0 ? undefined : result;
}

const placedIn = (stack: StackArtifact): Placed[] => Object.values(stack.template.Resources ?? {}).map(resource => ({ stack, resource }));

const key = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** Returns the need of the owner that needs most. */
function largest(placed: readonly Placed[], ownerOf: (one: Placed) => string, need: (all: readonly Placed[]) => Need): Need {
  const byOwner = new Map<string, Placed[]>();
  for (const one of placed) byOwner.set(ownerOf(one), [...byOwner.get(ownerOf(one)) ?? [], one]);
  return [...byOwner.values()].map(need).sort((a, b) => b.total - a.total)[0] ?? { total: 0, added: 0 };
}

/** Returns the name of the bus of a rule, which its own stack refers to, and others know by its name. */
function busOf({ stack, resource }: Placed): string {
  const bus = resource.Properties?.EventBusName ?? 'default';
  const { Ref: ref } = bus as { readonly Ref?: string };
  return key(ref === undefined ? bus : stack.template.Resources?.[ref]?.Properties?.Name ?? bus);
}

/** Returns all reservations and what Lambda keeps besides; without any, one execution of each function at once. */
function concurrencyOf(functions: readonly Placed[], existing: ReadonlySet<string>): Need {
  const reservationOf = ({ resource }: Placed) => Number(resource.Properties?.ReservedConcurrentExecutions ?? 0);
  const reservedBy = (all: readonly Placed[]) => all.reduce((sum, one) => sum + reservationOf(one), 0);
  const reserved = reservedBy(functions);
  const rest = reserved > 0 ? UNRESERVED : functions.length;
  return { total: reserved + rest, added: reservedBy(functions.filter(({ stack }) => !existing.has(stack.stackName))) + rest };
}
