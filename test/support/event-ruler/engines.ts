import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync } from 'fs';
import { join, resolve } from 'path';
import { pythonFolder } from '../../../cli/rehearsal/machine/cache-folder';

/** A pattern, and the events that it may match. */
export interface Question {
  readonly pattern: object;
  readonly events: object[];
}

/** The answer of an engine: whether it refuses the pattern, or else which of the events it matches. */
export interface Answer {
  readonly refused?: string;
  readonly matches?: boolean[];
}

/** The engine that matches events with patterns. */
export type Engine = (questions: Question[]) => Answer[];

const HERE = 'test/support/event-ruler';
const CACHE = resolve('node_modules/.cache');
const JARS = join(CACHE, 'event-ruler-1.8.1');

/**
 * Returns AWS's own engine, which EventBridge is made of; undefined where there is no Java, or where its jars cannot be had.
 *
 * @see https://github.com/aws/event-ruler
 */
export function eventRuler(): Engine | undefined {
  if (!runs('java', '-version') || !hasJars()) return undefined;
  return questions => asked('java', ['-cp', join(JARS, '*'), join(HERE, 'Oracle.java')], questions);
}

/** Returns the matcher of the local region that the rehearsal deploys to; undefined if the rehearsal has not installed it yet. */
export function localRegion(): Engine | undefined {
  const folder = pythonFolder();
  const environments = existsSync(folder) ? readdirSync(folder).filter(name => existsSync(join(folder, name, 'complete'))) : [];
  const python = environments.map(name => join(folder, name, 'bin/python')).find(each => runs(each, '-c', 'from ministack.services.eventbridge import _compiled_pattern, _matches_detail'));
  return python === undefined ? undefined : questions => asked(python, [join(HERE, 'emulator.py')], questions);
}

function hasJars(): boolean {
  if (existsSync(JARS)) return true;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'event-ruler-'));
  if (!runs('mvn', '-q', '-B', '-f', join(HERE, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${draft}`)) return false;
  renameSync(draft, JARS);
  return true;
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { timeout: 120_000 }).status === 0;
}

function asked(command: string, args: string[], questions: Question[]): Answer[] {
  const input = questions.map(question => JSON.stringify(question)).join('\n');
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.trim().split('\n').map(line => JSON.parse(line));
}
