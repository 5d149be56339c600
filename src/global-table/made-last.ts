import { Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';

const ordered = new WeakSet<Stack>();

/**
 * Makes the tables of a stack after everything else in it, except for what needs a table itself.
 *
 * DynamoDB deletes no table that is protected against deletion. So once there is one, a creation of the stack that fails cannot be rolled back, and the table is in the way of the next try.
 */
export function makeTablesLast(stack: Stack): void {
  if (ordered.has(stack)) return;
  ordered.add(stack);
  Aspects.of(stack).add({
    visit: node => {
      if (!CfnResource.isCfnResource(node) || node.stack !== stack || needsTable(node)) return;
      stack.node.findAll().filter(isTable).forEach(table => table.addResourceDependency(node));
    },
  });
}

function isTable(construct: IConstruct): construct is CfnGlobalTable {
  return construct instanceof CfnGlobalTable;
}

/** Returns whether a resource is a table, or needs one by whatever way. */
function needsTable(resource: CfnResource, seen = new Set<CfnResource>()): boolean {
  if (isTable(resource)) return true;
  seen.add(resource);
  return neededBy(resource).some(other => !seen.has(other) && needsTable(other, seen));
}

/** Returns the resources of the same stack that a resource refers to or waits for. */
function neededBy(resource: CfnResource): CfnResource[] {
  const { stack } = resource;
  const rendered = JSON.stringify(stack.resolve((resource as unknown as { _toCloudFormation(): object })._toCloudFormation()));
  const isReferred = (other: CfnResource) => new RegExp(`["{]${stack.resolve(other.logicalId)}["}.]`).test(rendered);
  const dependencies = resource.node.scopes.flatMap(scope => scope.node.dependencies);
  const awaited = new Set(dependencies.flatMap((dependency): IConstruct[] => dependency.node.findAll()));
  return stack.node.findAll().filter(CfnResource.isCfnResource).filter(other => other !== resource && (awaited.has(other) || isReferred(other)));
}
