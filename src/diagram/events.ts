import { Arrow, arrows, Part } from './graph';
import { Inventory, Located } from './inventory';

/** Returns the arrows of what passes events, changes and messages on, with the destinations of those that fail. */
export function events(inventory: Inventory): Arrow[] {
  const by = (type: string, arrowsOf: (inventory: Inventory, resource: Located) => Arrow[]) => (
    inventory.all(type).flatMap(resource => arrowsOf(inventory, resource))
  );
  return [
    ...by('AWS::Events::Rule', ofRule),
    ...by('AWS::Events::Archive', ofArchive),
    ...by('AWS::Scheduler::Schedule', ofSchedule),
    ...by('AWS::Pipes::Pipe', ofPipe),
    ...by('AWS::Lambda::EventSourceMapping', ofSourceMapping),
    ...by('AWS::Lambda::EventInvokeConfig', ofInvokeConfig),
    ...by('AWS::SQS::Queue', ofQueue),
  ];
}

function ofRule(inventory: Inventory, rule: Located): Arrow[] {
  const self = inventory.partsOf(rule);
  const { EventBusName, EventPattern, Targets = [] } = rule.properties;
  // an account's default bus is nobody's resource: what a rule there waits for is what its events tell of
  const sources = EventBusName === undefined
    ? [EventPattern?.detail?.stateMachineArn ?? []].flat().flatMap((arn: unknown) => inventory.find(rule, arn))
    : inventory.find(rule, EventBusName, 'AWS::Events::EventBus');
  return [
    ...arrows(sources, self),
    ...Targets.flatMap((target: any) => arrows(self, inventory.find(rule, target.Arn))),
    ...Targets.flatMap((target: any) => failures(inventory, rule, self, target.DeadLetterConfig?.Arn)),
  ];
}

function ofArchive(inventory: Inventory, archive: Located): Arrow[] {
  return arrows(inventory.find(archive, archive.properties.SourceArn), inventory.partsOf(archive));
}

function ofSchedule(inventory: Inventory, schedule: Located): Arrow[] {
  const self = inventory.partsOf(schedule);
  const { Arn, DeadLetterConfig } = schedule.properties.Target;
  return [...arrows(self, inventory.find(schedule, Arn)), ...failures(inventory, schedule, self, DeadLetterConfig?.Arn)];
}

function ofPipe(inventory: Inventory, pipe: Located): Arrow[] {
  const self = inventory.partsOf(pipe);
  const { Source, SourceParameters = {}, Target } = pipe.properties;
  return [
    ...arrows(inventory.find(pipe, Source), self),
    ...arrows(self, inventory.find(pipe, Target)),
    ...Object.values<any>(SourceParameters).flatMap(parameters => failures(inventory, pipe, self, parameters.DeadLetterConfig?.Arn)),
  ];
}

function ofSourceMapping(inventory: Inventory, mapping: Located): Arrow[] {
  const { EventSourceArn, FunctionName, DestinationConfig } = mapping.properties;
  const functions = inventory.find(mapping, FunctionName, 'AWS::Lambda::Function');
  return [
    ...arrows(inventory.find(mapping, EventSourceArn), functions),
    ...failures(inventory, mapping, functions, DestinationConfig?.OnFailure?.Destination),
  ];
}

function ofInvokeConfig(inventory: Inventory, config: Located): Arrow[] {
  const { FunctionName, DestinationConfig } = config.properties;
  const functions = inventory.find(config, FunctionName, 'AWS::Lambda::Function');
  return [
    ...arrows(functions, inventory.find(config, DestinationConfig?.OnSuccess?.Destination)),
    ...failures(inventory, config, functions, DestinationConfig?.OnFailure?.Destination),
  ];
}

function ofQueue(inventory: Inventory, queue: Located): Arrow[] {
  return failures(inventory, queue, inventory.partsOf(queue), queue.properties.RedrivePolicy?.deadLetterTargetArn);
}

/** Returns the arrows to the destination of what parts could not pass on. */
function failures(inventory: Inventory, resource: Located, parts: Part[], destination: unknown): Arrow[] {
  return arrows(parts, inventory.find(resource, destination), { aside: true });
}
