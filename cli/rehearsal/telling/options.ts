import { randomInt } from 'crypto';
import { InvalidArgumentError, Option } from 'commander';

/** The option of the Python to take. */
export const PYTHON = new Option('--python <path>', 'the Python to make the virtual environment with (default: the first on the PATH that will do)');

/** The option that decides the order in which resources are made. */
export const SEED = new Option('--seed <n>', 'makes resources in the order of an earlier run, which printed it')
  .argParser(wholeNumber).default(randomInt(2 ** 32), 'a random one');

export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 60)) {
    throw new InvalidArgumentError('Expected a number from 0 to 60.');
  }
  return value;
}

export function scale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 1 && value <= 20)) {
    throw new InvalidArgumentError('Expected a number from 1 to 20.');
  }
  return value;
}

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError('Expected a number from 1 to 65535.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Expected a whole number, zero or more.');
  }
  return value;
}
