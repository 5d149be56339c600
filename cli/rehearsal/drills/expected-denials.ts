import { Stage } from './stage';
import { denialsBetween } from '../regions/denials';
import { Denials } from '../regions/permissions';
import { RunningRegion } from '../regions/running-region';

/**
 * Expects the denials of a region while a drill had taken something away: they are not held against the app. Throws if anything else was denied.
 *
 * @param before what had been denied before that
 * @param subject what each denial has to name
 */
export async function expectDenials(
  stage: Pick<Stage, 'expectedDenials'>, region: Pick<RunningRegion, 'name' | 'denials'>, before: Denials, subject: string[],
): Promise<string> {
  const denied = denialsBetween(before, await region.denials());
  const messages = [...denied.get(region.name) ?? []];
  const others = messages.filter(([message]) => !subject.every(part => message.includes(part)));
  if (others.length > 0) throw new Error(others.map(([message, times]) => `${message} (${times} times)`).join('; '));
  if (messages.length === 0) throw new Error('nothing was denied');
  stage.expectedDenials.push(denied);
  return messages.map(([message, times]) => `${message} (${times} times)`).join('; ');
}
