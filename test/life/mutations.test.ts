/**
 * Faults that the library once had, or might have, put back into its templates: the drill must notice each. They take a quarter of an hour, and are left out unless asked for: `npm run test:life`.
 */
import { spawn } from 'child_process';
import { MUTATIONS } from './drill/mutations';

(process.env.LIFE ? test.concurrent : test.skip).each(MUTATIONS)('$name is noticed: $story', async ({ name, caught }) => {
  const { code, output } = await live('--mutation', name);
  expect(output.split('\n').filter(line => line.includes('✖')).join('\n')).toMatch(caught);
  expect(code).toBe(1);
}, 600_000);

async function live(...options: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/life/drill/main.ts', ...options], {
      env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', CDK_VALIDATION: undefined, JSII_DEPRECATED: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).once('error', reject).once('close', code => resolve({ code, output }));
    [child.stdout, child.stderr].forEach(stream => stream.on('data', chunk => { output += chunk; }));
  });
}
