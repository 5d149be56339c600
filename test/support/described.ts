/** Systems as their constructs describe them, and what the templates have of the names. */
import { App } from 'aws-cdk-lib';
import { CloudAssembly, Resource, StackArtifact } from '../../cli/system/cloud-assembly';
import { readSystems } from '../../cli/system/read-system';
import { SystemDescription } from '../../cli/system/system-description';
import { redriveBusName } from '../../src/dead-letters/constants';

/** Returns the only system of an app. */
export function described(app: App): SystemDescription {
  const [system, ...others] = readSystems(app.synth().directory);
  if (others.length > 0) throw new Error(`there are other systems: ${others.map(({ path }) => path).join(', ')}`);
  return system;
}

/** Returns the names in a description that no template has, each with where it was looked for. */
export function missingNames(system: SystemDescription, { stacks }: CloudAssembly): string[] {
  const missing: string[] = [];
  const expectName = (type: string, property: string, name: string | undefined, regions: readonly string[] = system.regions) => {
    if (name === undefined) return;
    for (const region of regions) {
      if (!resourcesIn(stacks, region, type).some(({ Properties }) => Properties?.[property] === name)) missing.push(`${type} ${name} in ${region}`);
    }
  };
  const expectFunction = (name: string) => expectName('AWS::Lambda::Function', 'FunctionName', name);
  const expectQueue = (name?: string, regions?: readonly string[]) => expectName('AWS::SQS::Queue', 'QueueName', name, regions);
  const [primary] = system.regions;
  const expectTable = (name?: string) => expectName('AWS::DynamoDB::GlobalTable', 'TableName', name, [primary]);

  expectTable(system.controlTable);
  system.tables.forEach(({ name, losingImages }) => {
    expectTable(name);
    expectQueue(losingImages);
  });
  system.functions.forEach(({ name, alias }) => {
    expectFunction(name);
    expectName('AWS::Lambda::Alias', 'Name', alias);
  });
  system.queues.forEach(({ name, deadLetterQueue, consumers }) => {
    [name, deadLetterQueue].forEach(queue => expectQueue(queue));
    consumers.forEach(expectFunction);
  });
  system.deadLetters.flatMap(({ queue, redriveQueue }) => [queue, redriveQueue]).forEach(queue => expectQueue(queue));
  system.buses.forEach(({ name, archive, subscriptions }) => {
    expectName('AWS::Events::EventBus', 'Name', name);
    expectName('AWS::Events::Archive', 'ArchiveName', archive);
    subscriptions.forEach(({ rule, regions }) => expectName('AWS::Events::Rule', 'Name', rule, regions));
  });
  system.workflows.forEach(({ name, alias, ledger, trigger }) => {
    expectName('AWS::StepFunctions::StateMachine', 'StateMachineName', name);
    expectName('AWS::StepFunctions::StateMachineAlias', 'Name', alias);
    expectTable(ledger);
    if (!trigger) return;
    const taking = [...system.buses, ...system.importedBuses].flatMap(({ subscriptions }) => subscriptions)
      .find(({ target }) => target === name)?.regions;
    [trigger.queue, trigger.deadLetterQueue].forEach(queue => expectQueue(queue, taking));
    if (!system.importedBuses.some(bus => bus.name === trigger.bus)) expectName('AWS::Events::EventBus', 'Name', trigger.bus);
    if (!system.importedTables.some(table => table.name === trigger.table)) expectTable(trigger.table);
  });
  system.apis.forEach(({ apiName, stageName, sharedName, regionalNames, healthFunction, routes }) => {
    expectName('AWS::ApiGateway::RestApi', 'Name', apiName);
    expectName('AWS::ApiGateway::Stage', 'StageName', stageName);
    expectName('AWS::ApiGateway::DomainName', 'DomainName', sharedName);
    Object.entries(regionalNames).forEach(([region, name]) => expectName('AWS::ApiGateway::DomainName', 'DomainName', name, [region]));
    [healthFunction, ...routes.map(route => route.function)].forEach(expectFunction);
  });
  const scheduled = schedulesOf(stacks);
  missing.push(...system.durations.schedules.filter(schedule => !scheduled.includes(schedule)).map(schedule => `the schedule ${schedule}`));
  for (const [name, variables] of Object.entries(system.durations.environment)) {
    for (const region of system.regions) {
      const there = variablesOf(resourcesIn(stacks, region, 'AWS::Lambda::Function').find(({ Properties }) => Properties?.FunctionName === name));
      missing.push(...variables.filter(variable => !(Number(there[variable]) > 0)).map(variable => `${variable} of ${name} in ${region}`));
    }
  }
  return missing;
}

/** Returns the names in the templates of a system, and of what a schedule runs, that its description does not have. */
export function undescribedNames(system: SystemDescription, { stacks }: CloudAssembly): string[] {
  const known: Record<string, readonly (string | undefined)[]> = {
    'AWS::Lambda::Function': system.functions.map(({ name }) => name),
    'AWS::DynamoDB::GlobalTable': [system.controlTable, ...system.tables.map(({ name }) => name), ...system.workflows.map(({ ledger }) => ledger)],
    'AWS::Events::EventBus': system.buses.flatMap(({ name }) => [name, redriveBusName(name)]),
    'AWS::StepFunctions::StateMachine': system.workflows.map(({ name }) => name),
    'AWS::ApiGateway::RestApi': system.apis.map(({ apiName }) => apiName),
    'AWS::SQS::Queue': [
      ...system.queues.flatMap(({ name, deadLetterQueue }) => [name, deadLetterQueue]),
      ...system.deadLetters.flatMap(({ queue, redriveQueue }) => [queue, redriveQueue]),
      ...system.workflows.flatMap(({ trigger }) => [trigger?.queue, trigger?.deadLetterQueue]),
    ],
  };
  const nameOf = ({ Properties = {} }: Resource) => (
    ['FunctionName', 'TableName', 'StateMachineName', 'QueueName', 'Name'].map(property => Properties[property]).find(name => typeof name === 'string')
  );
  const named = allResources(stacks).filter(({ Type }) => Type in known)
    .map(resource => [resource.Type, nameOf(resource)] as const)
    .filter(([type, name]) => name !== undefined && !known[type].includes(name as string));
  return [...named.map(([type, name]) => `${type} ${name}`), ...schedulesOf(stacks).filter(schedule => !system.durations.schedules.includes(schedule))];
}

/** Returns the variables of the library's own functions that hold seconds, by what they are called, and are not described. */
export function undescribedSeconds(system: SystemDescription, { stacks }: CloudAssembly): string[] {
  const own = new Set(system.functions.filter(({ isLibrary }) => isLibrary).map(({ name }) => name));
  return allResources(stacks).filter(({ Type }) => Type === 'AWS::Lambda::Function').flatMap(resource => {
    const name = resource.Properties?.FunctionName as string;
    const isUnknown = (variable: string) => variable.endsWith('_SECONDS') && !system.durations.environment[name]?.includes(variable);
    return own.has(name) ? Object.keys(variablesOf(resource)).filter(isUnknown).map(variable => `${variable} of ${name}`) : [];
  });
}

function resourcesIn(stacks: readonly StackArtifact[], region: string, type: string): Resource[] {
  return allResources(stacks.filter(stack => stack.region === region)).filter(({ Type }) => Type === type);
}

/** Returns the schedules of stacks, each as `<stack>/<logical id>`. */
function schedulesOf(stacks: readonly StackArtifact[]): string[] {
  return stacks.flatMap(({ stackName, template }) => Object.entries(template.Resources ?? {})
    .filter(([, { Type }]) => Type === 'AWS::Scheduler::Schedule').map(([id]) => `${stackName}/${id}`));
}

function allResources(stacks: readonly StackArtifact[]): Resource[] {
  return stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}));
}

function variablesOf(resource?: Resource): Record<string, unknown> {
  return (resource?.Properties?.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
}
