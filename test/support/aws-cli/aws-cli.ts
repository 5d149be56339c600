import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { pythonFolder } from '../../../cli/rehearsal/machine/cache-folder';
import { Processes } from '../../../cli/rehearsal/machine/processes';
import { findPython } from '../../../cli/rehearsal/machine/python';
import { virtualEnvironment } from '../../../cli/rehearsal/machine/virtual-environment';

/** Makes a folder, to be put on a PATH, with the real `aws` in it. Its packages are installed once, beside those of the local regions. */
export async function awsCli(folder: string, processes: Processes): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const python = await virtualEnvironment({
    python: await findPython(),
    requirementsFile: join(__dirname, 'requirements.txt'),
    folder: pythonFolder(),
    logFile: join(folder, 'pip.log'),
    processes,
  });
  // the script that pip makes names the environment as it was called while it was made
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec "${python}" -m awscli "$@"\n`, { mode: 0o755 });
  return folder;
}
