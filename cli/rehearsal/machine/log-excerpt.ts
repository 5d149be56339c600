import { readFileSync } from 'fs';
import { stripVTControlCharacters } from 'util';
import { LogExcerpt } from './user-error';

const LINES = 15;
/** Of a stack trace, the message says what there is to do. */
const FRAME = /^\s+at .+:\d+:\d+\)?$/;

/** Returns the end of a log. */
export function excerptOf(file: string): LogExcerpt {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // a process that could not even be started has no log
  }
  const lines = stripVTControlCharacters(text).split('\n').map(line => line.trimEnd()).filter(line => line !== '' && !FRAME.test(line));
  return { file, lastLines: lines.slice(-LINES) };
}
