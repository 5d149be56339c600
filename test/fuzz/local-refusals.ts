/** What a local region refuses of templates, without one. */
import { spawnSync } from 'child_process';
import { findPython } from '../../cli/rehearsal/machine/python';

/** The refusals of each template; all at once, because starting Python takes longer than its checks. */
export async function localRefusals(templates: readonly string[]): Promise<string[][]> {
  const { stdout, stderr, status } = spawnSync((await findPython()).command, ['test/fuzz/local_refusals.py'], {
    input: templates.map(template => JSON.stringify(JSON.parse(template))).join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, PYTHONPATH: 'cli/rehearsal/local-region', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (status !== 0) throw new Error(`the checks of the local region failed: ${stderr}`);
  return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
}
