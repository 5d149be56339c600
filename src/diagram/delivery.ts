import { Arrow, arrows, Graph, idOf, Part, Place, union } from './graph';
import { textOf } from './intrinsics';
import { Inventory, Located, PIPELINE, placeOfPipeline } from './inventory';
import { TARGET_REGION } from '../multi-region-pipeline/constants';

/** Returns the way of a system from its repository into its regions: pipelines, those on standby last. */
export function delivery(inventory: Inventory): Graph {
  const graphs = inventory.all(PIPELINE).map(pipeline => ofPipeline(inventory, pipeline));
  return union(graphs.sort((one, other) => standby(one) - standby(other)));
}

function standby({ parts: [pipeline] }: Graph): number {
  return Number(pipeline.place.standby);
}

function ofPipeline(inventory: Inventory, resource: Located): Graph {
  const { stack, id, properties } = resource;
  const { Name, Stages } = properties;
  const place = placeOfPipeline(stack, properties);
  const pipeline: Part = { id: idOf(stack.id, id), kind: 'pipeline', name: inventory.literal(resource, Name) ?? id, place };
  const parts = [pipeline];
  const flow: Arrow[] = [];
  const producers = new Map<string, Part>();
  for (const { Name: stage, Actions: actions, BeforeEntry: entry } of Stages) {
    const rules = [entry?.Conditions ?? []].flat().flatMap((condition: any) => condition.Rules);
    const asked = [...rules, ...actions].map((each: any) => each.Configuration?.FunctionName);
    flow.push(...asked.flatMap(name => arrows([pipeline], inventory.find(resource, name, 'AWS::Lambda::Function'))));
    for (const action of actions) {
      const part = partOf(inventory, resource, place, stage, action, actions.length > 1 ? `${stage} ${action.Name}` : stage);
      if (!part) continue;
      parts.push(part);
      const inputs = (action.InputArtifacts ?? []).flatMap((artifact: any) => producers.get(artifact.Name) ?? []);
      flow.push(...part.kind === 'repository' ? arrows([part], [pipeline]) : arrows(inputs, [part]));
      // what a repository gives out, the pipeline hands on
      (action.OutputArtifacts ?? []).forEach((artifact: any) => producers.set(artifact.Name, part.kind === 'repository' ? pipeline : part));
    }
  }
  return { parts, arrows: flow };
}

/** Returns the part that an action is drawn as; an approval is none. */
function partOf(inventory: Inventory, resource: Located, place: Place, stage: string, action: any, name: string): Part | undefined {
  const { Category: category, Provider: provider } = action.ActionTypeId;
  const { FullRepositoryId: repository } = action.Configuration ?? {};
  switch (category) {
    case 'Source': {
      // the only source of the library's pipelines
      const service = provider === 'CodeStarSourceConnection' ? 'GitHub' : provider;
      return { id: idOf('repository', service, repository ?? action.Name), kind: 'repository', name: repository ?? action.Name, place, service };
    }
    case 'Build':
    case 'Deploy': {
      const target = category === 'Build' ? targetOf(inventory, resource, action) : action.Region ?? resource.stack.region;
      const id = idOf(resource.stack.id, resource.id, stage, action.Name);
      return target === undefined
        ? { id, kind: 'build', name, place }
        : { id, kind: 'deployment', name, place, service: `Deploy ${target}` };
    }
    default: return undefined;
  }
}

/** Returns the region that a build project deploys to, if that is what it does. */
function targetOf(inventory: Inventory, { stack }: Located, action: any): string | undefined {
  const project = inventory.all('AWS::CodeBuild::Project').find(other => (
    other.stack === stack && textOf({ Ref: other.id }, stack) === textOf(action.Configuration?.ProjectName, stack)
  ));
  const variables: any[] = project?.properties.Environment?.EnvironmentVariables ?? [];
  return variables.find(variable => variable.Name === TARGET_REGION)?.Value;
}
