/** What probes wait for, and what they leave. */
import { spawn } from 'child_process';
import { once } from 'events';
import { arrival, arrivalFinding } from '../../../../cli/doctor/after/arrival';
import { firstWrite } from '../../../../cli/doctor/after/canary-order';
import { withUndo } from '../../../../cli/doctor/after/with-undo';
import workload from '../../../../example-app/rehearsal/workload';

test('something that arrives is waited for', async () => {
  let looks = 0;
  const answer = await arrival(async () => ++looks === 3);
  expect(arrivalFinding('eu-west-1', 'a row of us-west-2', answer, 'see')).toEqual({ region: 'eu-west-1', verdict: 'ok', says: 'a row of us-west-2 arrived after 0.5 s' });
});

test('something that does not arrive is given up', async () => {
  const answer = await arrival(async () => false, undefined, 0.1);
  expect(arrivalFinding('eu-west-1', 'a row of us-west-2', answer, 'see')).toEqual({
    region: 'eu-west-1', verdict: 'failed', says: 'a row of us-west-2 did not arrive within 30 s', advice: 'see',
  });
});

test('a look that fails is made again', async () => {
  let looks = 0;
  const flaky = async () => {
    if (++looks === 1) throw Object.assign(new Error('late'), { name: 'TimeoutError' });
    return true;
  };
  expect(await arrival(flaky)).toEqual({ value: { seconds: expect.any(Number) } });
});

test('a region that is silent is asked twice', async () => {
  let looks = 0;
  const silent = async () => {
    looks++;
    throw Object.assign(new Error('late'), { name: 'TimeoutError' });
  };
  const answer = await arrival(silent);
  expect(looks).toBe(2);
  expect(arrivalFinding('eu-west-1', 'a row of us-west-2', answer, 'see').verdict).toBe('unknown');
});

test('whoever is told to stop waits no more', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  expect(await arrival(async () => false, stop.signal)).toEqual({ value: {} });
});

test('what is left behind is taken away when all is well, and when it is not', async () => {
  const undone: string[] = [];
  const undo = async () => { undone.push('undone'); };
  await expect(withUndo(async () => 'done', undo)).resolves.toBe('done');
  await expect(withUndo(async () => { throw new Error('no'); }, undo)).rejects.toThrow('no');
  expect(undone).toEqual(['undone', 'undone']);
});

test.each(['SIGINT', 'SIGTERM'] as const)('what is left behind is taken away when the process gets %s, which it then ends by', async signal => {
  const script = `
    const { withUndo } = require('./cli/doctor/after/with-undo');
    withUndo(stopped => new Promise(resolve => { stopped.onabort = resolve; console.log('begun'); setInterval(() => {}, 1000); }),
      async () => { await new Promise(resolve => setTimeout(resolve, 100)); console.log('undone'); });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
    if (said === 'begun\n') child.kill(signal);
  });
  const [, by] = await once(child, 'close');
  expect([said, by]).toEqual(['begun\nundone\n', signal]);
}, 60_000);

test('a canary is what a customer would write first', () => {
  expect(firstWrite(workload, 'eu-west-1', 'doctor-1')).toMatchObject({ kind: 'place an order', action: 'write', key: 'doctor-1-0' });
  expect(firstWrite({ generator: () => ({ kind: 'read', action: 'read', key: 'k' }) }, 'eu-west-1', 'doctor-1')).toBeUndefined();
  expect(firstWrite({ generator: () => undefined }, 'eu-west-1', 'doctor-1')).toBeUndefined();
});
