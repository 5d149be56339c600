#!/usr/bin/env node
import { run } from './program';

// whoever reads this may stop when it has enough, as head does: no reason to complain
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// sets the code and does not exit: a pipe takes what is written after this has ended
void run(process.argv.slice(2), { out: text => process.stdout.write(text), err: text => process.stderr.write(text) }).then(code => { process.exitCode = code; });
