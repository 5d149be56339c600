import { spawn } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { isAlive } from '../../../../cli/rehearsal/machine/run-folder';
import { UserError } from '../../../../cli/rehearsal/machine/user-error';

const REHEARSAL = join(__dirname, '../../../../cli/rehearsal/machine');

/** Starts a process that deaf to SIGTERM starts another, and writes both ids into a file. */
const FAMILY = 'trap "" TERM; sleep 60 & echo $$ $! > "$0"; wait; sleep 60';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'processes-')); });
afterEach(() => rmSync(folder, { recursive: true }));

// starting a Node process with TypeScript takes seconds on a machine that does other things at the same time
const PATIENCE_MS = 20_000;
jest.setTimeout(2 * PATIENCE_MS + 10_000);

async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline && !condition();) await sleep(50);
  expect(condition()).toBe(true);
}

function idsIn(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A process that ended is still listed until whoever adopted it takes notice. */
function runs(pid: number): boolean {
  return isAlive(pid) && !(existsSync(`/proc/${pid}/stat`) && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
}

describe('Processes', () => {
  test('stops a process and all that it started, deaf or not', async () => {
    const processes = new Processes(folder);
    const ids = join(folder, 'ids');
    await processes.start('sh', ['-c', FAMILY, ids], { logFile: join(folder, 'log') });
    await eventually(() => idsIn(ids).length === 2);

    await processes.stopAll();

    await eventually(() => !idsIn(ids).some(runs));
  });

  test('stops a process that is frozen, which still ends by itself if it can', async () => {
    const processes = new Processes(folder);
    const ids = join(folder, 'ids');
    const last = join(folder, 'last');
    const frozen = await processes.start('sh', ['-c', `trap 'echo bye > "${last}"; exit' TERM; echo $$ $$ > "$0"; while :; do sleep 0.05; done`, ids], {
      logFile: join(folder, 'log'),
    });
    await eventually(() => idsIn(ids).length === 2);
    frozen.signal('SIGSTOP');

    await processes.stopAll();

    expect(existsSync(last)).toBe(true);
    await eventually(() => !idsIn(ids).some(runs));
  });

  test('leaves nothing behind of a process that ended by itself', async () => {
    const processes = new Processes(folder);
    const ids = join(folder, 'ids');
    await processes.run('it', 'sh', ['-c', 'sleep 60 & echo $! > "$0"', ids], { logFile: join(folder, 'log') });
    await eventually(() => idsIn(ids).length === 1 && !idsIn(ids).some(runs));
    await processes.stopAll();
  });

  test('tells of a failure how it ended and the end of its log', async () => {
    const processes = new Processes(folder);
    const logFile = join(folder, 'log');
    const failure = processes.run('The brewing', 'sh', ['-c', 'echo no water >&2; exit 3'], { logFile });
    await expect(failure).rejects.toThrow(new UserError('The brewing failed (sh ended with 3).'));
    await expect(failure).rejects.toMatchObject({ log: { file: logFile, lastLines: ['no water'] } });
    await processes.stopAll();
  });

  test('tells of a full disk what to do', async () => {
    const processes = new Processes(folder);
    const failure = processes.run('It', 'sh', ['-c', 'echo "OSError: [Errno 28] No space left on device"; exit 1'], { logFile: join(folder, 'log') });
    await expect(failure).rejects.toThrow('The disk is full: make room');
    await processes.stopAll();
  });

  test('tells of a program that is not there', async () => {
    const failure = new Processes(folder).start('no-such-program', [], { logFile: join(folder, 'log') });
    await expect(failure).rejects.toThrow('no-such-program could not be started');
  });

  test('starts nothing any more once all are stopped', async () => {
    const processes = new Processes(folder);
    await processes.stopAll();
    await expect(processes.start('sleep', ['60'], { logFile: join(folder, 'log') })).rejects.toThrow('being stopped');
  });
});

describe('a rehearsal with processes', () => {
  /** A program that does what the rehearsal does with signals. */
  function program(stop: string): string {
    const file = join(folder, 'program.ts');
    writeFileSync(file, `
      import { exitCodeOf, Interruption } from '${REHEARSAL}/interruption';
      import { Processes } from '${REHEARSAL}/processes';
      const processes = new Processes('${folder}');
      const interruption = new Interruption(signal => { processes.killAll(); process.exit(exitCodeOf(signal)); });
      void processes.start('sh', ['-c', '${FAMILY}', '${folder}/ids'], { logFile: '${folder}/log' });
      void interruption.happened.then(async signal => { ${stop}; process.exit(exitCodeOf(signal)); });
      setInterval(() => {}, 1000);
    `);
    return file;
  }

  async function start(stop = 'await processes.stopAll()') {
    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), program(stop)], { stdio: 'ignore' });
    const ended = new Promise<number | string>(resolve => child.once('exit', (code, signal) => resolve(code ?? signal!)));
    await eventually(() => idsIn(join(folder, 'ids')).length === 2);
    return { child, ended };
  }

  test.each([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('stops them at %s', async (signal, code) => {
    const { child, ended } = await start('processes.killAll()');
    child.kill(signal);
    expect(await ended).toBe(code);
    await eventually(() => !idsIn(join(folder, 'ids')).some(runs));
  });

  test('kills them at once at the second Ctrl-C', async () => {
    const { child, ended } = await start('await new Promise(() => {})');
    child.kill('SIGINT');
    await sleep(400);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await eventually(() => !idsIn(join(folder, 'ids')).some(runs));
  });

  test('leaves none behind when it is killed itself', async () => {
    const { child, ended } = await start();
    await sleep(250); // the instant in which the rehearsal has started a process, and not said so yet
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    await eventually(() => !idsIn(join(folder, 'ids')).some(runs));
  });
});
