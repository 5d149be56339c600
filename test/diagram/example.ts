import { execFileSync } from 'child_process';
import { join, resolve } from 'path';
import { orderSystem } from '../support/order-system';
import { testApp } from '../support/synth';

/** Synthesizes the example-app: its system and its pipeline, which are two apps. Returns their cloud assemblies. */
export function synthesizeExample(folder: string): string[] {
  const app = testApp({ outdir: join(folder, 'system') });
  orderSystem(app, 2);
  const system = app.synth().directory;
  const pipeline = join(folder, 'pipeline');
  // a program: it synthesizes when it runs
  execFileSync(process.execPath, ['--import', 'tsx', 'pipeline.ts'], {
    cwd: 'example-app', env: { ...process.env, CDK_OUTDIR: pipeline, TSX_TSCONFIG_PATH: resolve('tsconfig.dev.json') }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  return [system, pipeline];
}
