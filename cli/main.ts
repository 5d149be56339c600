#!/usr/bin/env node
import { run } from './program';

// the version of Node.js is the user's choice, that of the SDK, which warns of it, is not
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// whoever reads this may stop when it has enough, as head does: no reason to complain
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const output = { out: (text: string) => process.stdout.write(text), err: (text: string) => process.stderr.write(text) };

void run(process.argv.slice(2), output).then(code => {
  // and does not exit: a pipe takes what is written after this has ended
  process.exitCode = code;
});
