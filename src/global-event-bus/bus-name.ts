import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';
import { NameRule } from '../system/names';

/** Throws unless a name is one of a custom bus. */
export function requireBusName(owner: IConstruct, eventBusName: string): void {
  if (!NameRule.EVENT_BUS.accepts(eventBusName) || eventBusName === 'default') {
    throw invalidProp(owner, 'eventBusName', eventBusName, `${NameRule.EVENT_BUS.allowed}, other than "default", which AWS services publish to`);
  }
}
