/** The events of a deployment, by the templates before and after it, that must happen so that a change takes effect. */

type Templates = Record<string, any>;

/** The resources in the snapshot that a deployment of an API takes: a stage answers by the snapshot. */
const IN_API_SNAPSHOT = ['RestApi', 'Resource', 'Method', 'Model', 'Authorizer', 'GatewayResponse', 'RequestValidator'].map(type => `AWS::ApiGateway::${type}`);

/** The properties of a function that are not part of its versions, but of itself. */
const NOT_IN_FUNCTION_VERSION = ['ReservedConcurrentExecutions', 'Tags', 'RecursiveLoop', 'RuntimeManagementConfig'];

/** Returns the changes that a deployment would make and that would not take effect, or that there are none at all. */
export function notLive(before: Templates, after: Templates): string[] {
  const stacks = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = stacks.filter(stack => changedIds(before[stack], after[stack]).length > 0);
  if (changed.length === 0) return ['nothing changes'];
  return changed.filter(stack => before[stack] && after[stack])
    .flatMap(stack => [staleApis, staleFunctions, staleStateMachines].flatMap(stale => stale(before[stack], after[stack])).map(what => `${stack}: ${what}`));
}

/** Finds the APIs that would stay as they are: an API's snapshot is taken anew when anything of it changes, after that. */
function staleApis(before: any, after: any): string[] {
  const isOf = (api: string, { Type, Properties }: any, id: string) =>
    IN_API_SNAPSHOT.includes(Type) && (id === api || Properties?.RestApiId?.Ref === api);
  return idsOf(after, 'AWS::ApiGateway::RestApi').filter(api => before.Resources[api]).flatMap(api => {
    const ids = changedIds(before, after).filter(id => [before, after].some(({ Resources }) => Resources[id] && isOf(api, Resources[id], id)));
    if (ids.length === 0) return [];
    const stages = idsOf(after, 'AWS::ApiGateway::Stage').filter(id => after.Resources[id].Properties.RestApiId.Ref === api);
    return stages.flatMap(stage => {
      const { Ref: deployment } = after.Resources[stage].Properties.DeploymentId;
      if (deployment in before.Resources) return [`${stage} goes on with the old snapshot, though ${ids.join(', ')} changed`];
      const known = dependenciesOf(after, deployment);
      return ids.filter(id => after.Resources[id] && !known.has(id)).map(id => `the snapshot of ${stage} may be taken before ${id} has changed`);
    });
  });
}

/**
 * Finds the functions that would stay as they are: a version is published of whatever changes a function that has versions, and the alias moves to
 * it.
 */
function staleFunctions(before: any, after: any): string[] {
  const versioned = ({ Properties }: any) => JSON.stringify(Object.entries(Properties).filter(([name]) => !NOT_IN_FUNCTION_VERSION.includes(name)));
  return idsOf(after, 'AWS::Lambda::Function').filter(id => before.Resources[id] && versioned(before.Resources[id]) !== versioned(after.Resources[id])).flatMap(id => {
    const versions = idsOf(after, 'AWS::Lambda::Version').filter(version => after.Resources[version].Properties.FunctionName.Ref === id);
    const aliases = idsOf(after, 'AWS::Lambda::Alias').filter(alias => after.Resources[alias].Properties.FunctionName.Ref === id);
    return [
      ...versions.filter(version => version in before.Resources).map(version => `${version} stays the version of ${id}, which changed`),
      ...aliases.filter(alias => !versions.includes(after.Resources[alias].Properties.FunctionVersion['Fn::GetAtt'][0])).map(alias => `${alias} stays where it is, though ${id} changed`),
    ];
  });
}

/** Finds the state machines that would stay as they are: the version of one is of its present revision, and the alias moves to it. */
function staleStateMachines(before: any, after: any): string[] {
  const changed = changedIds(before, after);
  return idsOf(after, 'AWS::StepFunctions::StateMachine').filter(id => changed.includes(id)).flatMap(id => {
    const versions = idsOf(after, 'AWS::StepFunctions::StateMachineVersion').filter(version => after.Resources[version].Properties.StateMachineArn.Ref === id);
    const text = JSON.stringify(idsOf(after, 'AWS::StepFunctions::StateMachineAlias').map(alias => after.Resources[alias]));
    return versions.length === 0 ? [`${id} has no version`] : versions
      .filter(version => after.Resources[version].Properties.StateMachineRevisionId?.['Fn::GetAtt']?.[0] !== id || !text.includes(`"Ref":"${version}"`))
      .map(version => `${version} stays the version of ${id}, which changed`);
  });
}

function idsOf(template: any, type: string): string[] {
  return Object.keys(template.Resources ?? {}).filter(id => template.Resources[id].Type === type);
}

/** Returns the resources that are added, deleted or updated. What only the CDK reads, and the order, are no change. */
function changedIds(before: any, after: any): string[] {
  const shown = (template: any, id: string) => {
    const { Metadata, DependsOn, ...resource } = template?.Resources?.[id] ?? {};
    return JSON.stringify(resource);
  };
  const ids = new Set([before, after].flatMap(template => Object.keys(template?.Resources ?? {})));
  return [...ids].filter(id => shown(before, id) !== shown(after, id));
}

/** Returns whatever exists, in its present state, before a resource is made. */
function dependenciesOf(template: any, id: string, known = new Set<string>()): Set<string> {
  const { DependsOn = [], ...resource } = template.Resources[id];
  const named = [...JSON.stringify(resource).matchAll(/"Ref":"(\w+)"|"Fn::GetAtt":\["(\w+)"/g)].map(([, ref, attribute]) => ref ?? attribute);
  for (const next of [...[DependsOn].flat(), ...named].filter(other => other in template.Resources && !known.has(other))) {
    known.add(next);
    dependenciesOf(template, next, known);
  }
  return known;
}
