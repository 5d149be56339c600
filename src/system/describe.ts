import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DESCRIPTION_PREFIX, Descriptions } from './description';

/**
 * Describes a construct to whoever reads the cloud assembly: a rehearsal finds what to do by it, never by ids.
 *
 * @param data called when the assembly is written, so that it knows what was added to the construct meanwhile
 */
export function describe<Kind extends keyof Descriptions>(construct: IConstruct, kind: Kind, data: () => Omit<Descriptions[Kind], 'path'>): void {
  const { path } = construct.node;
  construct.node.addMetadata(`${DESCRIPTION_PREFIX}${kind}`, Lazy.any({ produce: () => ({ path, ...data() }) }), { stackTrace: false });
}

/** Describes a schedule whose rate belongs to a protocol of the library, so that it may be scaled. */
export function describeScaledSchedule(schedule: CfnResource): void {
  const { stack, logicalId } = schedule;
  describe(schedule, 'scaled-schedule', () => ({ stack: stack.stackName, logicalId }));
}

/**
 * Puts the descriptions of what spans all regions into one stack: the CDK writes the metadata of what is in a stack, and nothing else.
 *
 * @see https://github.com/aws/aws-cdk/blob/v2.269.0/packages/aws-cdk-lib/core/lib/stack-synthesizers/_shared.ts
 */
export function carryDescriptions(from: IConstruct, home: Stack): void {
  if (Stack.isStack(from)) return;
  const descriptions = from.node.metadata.filter(({ type }) => type.startsWith(DESCRIPTION_PREFIX));
  descriptions.forEach(({ type, data }) => home.node.addMetadata(type, data, { stackTrace: false }));
  from.node.children.forEach(child => carryDescriptions(child, home));
}
