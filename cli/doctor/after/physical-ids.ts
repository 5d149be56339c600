import { CloudFormationClient, paginateListStackResources, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { RegionAccess } from '../../operate/region-access';
import { Resource, StackArtifact } from '../../system/cloud-assembly';

/** A resource of a template, and what CloudFormation has made of it. */
export interface DeployedResource {
  readonly physicalId: string;
  readonly resource: Resource;
}

/** Finds the resources of a type that a region has, by what CloudFormation calls them. */
export async function deployedResources(access: RegionAccess, stacks: readonly StackArtifact[], type: string): Promise<DeployedResource[]> {
  const withAny = stacks.filter(stack => stack.region === access.region && hasAny(stack, type));
  if (withAny.length === 0) return [];
  const client = await access.client(CloudFormationClient);
  const found = await Promise.all(withAny.map(async ({ stackName, template }) => {
    const there = await resourcesOf(client, stackName);
    return there.flatMap(({ LogicalResourceId, PhysicalResourceId, ResourceType }) => {
      const resource = template.Resources?.[LogicalResourceId!];
      return ResourceType === type && resource && PhysicalResourceId !== undefined ? [{ physicalId: PhysicalResourceId, resource }] : [];
    });
  }));
  return found.flat();
}

/** Returns whether a stack has resources of a type. */
export function hasAny({ template }: StackArtifact, type: string): boolean {
  return Object.values(template.Resources ?? {}).some(({ Type }) => Type === type);
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) found.push(...StackResourceSummaries);
  return found;
}
