import { spawn } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { Report } from '../../cli/rehearsal/report/report';

export interface Rehearsed {
  readonly code: number | null;
  readonly output: string;
  readonly report: Report;
}

/** The longest that a rehearsal may take, so that none goes on when its test has given up. */
const MOST_MS = 1_500_000;

/** Runs the command as it is in the package, in the folder of an app. */
export async function rehearse(app: string, ...options: string[]): Promise<Rehearsed> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsed-'));
  const file = join(folder, 'report.json');
  try {
    const told = await rehearseOutput(app, ...options, '--report', file);
    return { ...told, report: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs it where there may be no report. */
export async function rehearseOutput(app: string, ...options: string[]): Promise<Omit<Rehearsed, 'report'>> {
  return new Promise((done, failed) => {
    let output = '';
    const child = spawn(process.execPath, [resolve('bin/cdk-multi-region.js'), 'rehearse', ...options], { cwd: app, stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_MS, killSignal: 'SIGINT' });
    [child.stdout, child.stderr].forEach(stream => stream.on('data', chunk => { output += chunk; }));
    child.once('error', failed).once('close', code => done({ code, output }));
  });
}

/** What did not hold. */
export const failedClaims = ({ drills }: Report) => drills.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome === 'failed').map(({ claim }) => claim));
