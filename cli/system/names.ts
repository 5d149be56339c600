import { InvalidArgumentError } from 'commander';

/** Parses what the names of a system's stacks begin with. */
export function parseSystemName(value: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(value)) throw new InvalidArgumentError('Allowed: letters, digits and hyphens, starting with a letter.');
  return value;
}

/** Parses names of regions that are separated by commas; one that is named twice counts once. */
export function parseRegionNames(value: string): string[] {
  const names = value.split(',').map(name => name.trim());
  const wrong = names.find(name => !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`${JSON.stringify(wrong)} is not the name of a region.`);
  return [...new Set(names)];
}
