import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { IConstruct } from 'constructs';
import { KEY_PATH } from './event-path';
import { WorkflowTrigger } from './workflow-trigger';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { requireWhole } from '../system/ranges';

/** Throws unless a workflow of a type, which keeps neither the names nor the ends of executions if it is EXPRESS, can be started by a trigger, and taken over if it should be. */
export function requireType(owner: IConstruct, type: StateMachineType, isTakenOver: boolean, trigger?: WorkflowTrigger): void {
  if (type !== StateMachineType.EXPRESS || !trigger) return;
  if (isTakenOver) {
    throw invalidProp(owner, 'type', type, 'STANDARD with this ownership, or WorkflowOwnership.originRegion({ takeover: false }), because peers cannot see how EXPRESS executions end');
  }
  if (trigger.table) {
    throw invalidProp(owner, 'type', type, 'STANDARD with trigger.table, because an item and its event would be two EXPRESS executions, which have no names');
  }
}

/** Throws unless a workflow can be started by a trigger. */
export function requireTrigger(owner: IConstruct, layout: Layout, trigger: WorkflowTrigger): void {
  const { bus, eventPattern, idempotencyKeyPath, correlationIdPath, maxConcurrency } = trigger;
  layout.requireSameSystem('trigger.bus', bus);
  requireLiteral(owner, 'trigger.idempotencyKeyPath', idempotencyKeyPath, KEY_PATH, 'a path of names into the event, such as $.detail.orderId');
  if (correlationIdPath !== undefined) {
    requireLiteral(owner, 'trigger.correlationIdPath', correlationIdPath, KEY_PATH, 'a path of names into the event, such as $.detail.correlationId');
  }
  requireWhole(owner, 'trigger.maxConcurrency', maxConcurrency, 2, 1000);
  if (typeof eventPattern !== 'object' || eventPattern === null) {
    throw invalidProp(owner, 'trigger.eventPattern', eventPattern, 'a pattern with at least one field');
  }
  if (eventPattern.region) {
    throw invalidProp(owner, 'trigger.eventPattern.region', eventPattern.region, 'nothing, because ownership says which region runs the workflow');
  }
}
