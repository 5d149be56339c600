import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** Milliseconds of CPU and by the clock. */
export interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Runs a script in a process of its own and reads what it says last. */
export function runNode<T>(args: readonly string[], env: Record<string, string> = {}, cwd?: string): T {
  const said = execFileSync(process.execPath, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  return JSON.parse(said.trim().split('\n').pop()!);
}

/** Runs a script of TypeScript. */
export function runScript<T>(script: string, ...args: (string | number)[]): T {
  return runNode(['--import', 'tsx', script, ...args.map(String)], { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' });
}

/** A folder for as long as something takes. */
export async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
