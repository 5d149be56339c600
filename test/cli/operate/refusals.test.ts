import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { KeptRegions, Ran } from './kept-regions';

const TIMEOUT_MS = 300_000;
jest.setTimeout(TIMEOUT_MS);
const [HOME, PEER] = ['ap-southeast-2', 'us-west-2'];
const OTHER_ACCOUNT = '111122223333';
const SERVICES = ['dynamodb', 'sts', 'sqs', 'events', 'logs', 'states', 'monitoring', 'cloudformation', 'lambda', 'sns', 'acm', 'route53'];

/** Each command, as an operator calls it. */
const COMMANDS: [name: string, args: string[]][] = [
  ['status', ['status']],
  ['evacuate', ['evacuate', PEER, '--yes']],
  ['restore', ['restore', PEER]],
  ['takeover show', ['takeover', 'show', 'o-1']],
  ['takeover force', ['takeover', 'force', 'o-1', '--yes']],
  ['takeover forbid', ['takeover', 'forbid', 'o-1', '--yes']],
  ['follow', ['follow', 'o-1']],
  ['redrive', ['redrive', '--yes']],
  ['replay', ['replay', '--from', '1h', '--yes']],
  ['doctor', ['doctor', '--before']],
  ['drill', ['drill', '--on', 'aws', '--yes', '--workload', resolve('example-app/rehearsal/workload.ts')]],
];

/** Takes an option with its value out of others. */
const without = (option: string, all: readonly string[]) => all.filter((word, i) => word !== option && all[i - 1] !== option);

// by npm run test:operate
const proof = process.env.LONG ? describe : describe.skip;

proof('what no command does', () => {
  let kept: KeptRegions;
  const folder = mkdtempSync(join(tmpdir(), 'other-account-'));
  beforeAll(async () => {
    kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts');
    const assembly = kept.local[kept.local.indexOf('--assembly') + 1];
    cpSync(resolve('example-app', assembly), folder, { recursive: true });
    const manifest = join(folder, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll(/aws:\/\/[^/"]+\//g, `aws://${OTHER_ACCOUNT}/`));
  });
  afterAll(async () => {
    await kept?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Says what it cannot do in a line, and nothing that it has done. */
  function expectRefusal({ code, out, err }: Ran, line: RegExp): void {
    // the doctor has it among its findings
    expect([code, `${out}\n${err}`]).toEqual([1, expect.stringMatching(line)]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/^\s+at /m);
  }

  describe.each(COMMANDS)('%s', (_, args) => {
    test('without credentials', async () => {
      expectRefusal(await kept.run([...args, ...without('--endpoint', kept.local)]), /there are no AWS credentials: /);
    });

    test('with credentials that have expired', async () => {
      for (const region of [HOME, PEER]) await kept.set(region, 'service-faults', { faults: SERVICES.map(service => ({ service, how: 'expired' })) });
      const ran = await kept.operate(...args);
      for (const region of [HOME, PEER]) await kept.set(region, 'service-faults', { faults: [] });
      expectRefusal(ran, /the AWS credentials have expired/);
    });

    test('with credentials of another account than the system\'s', async () => {
      const options = ['--assembly', folder, ...without('--assembly', kept.local)];
      expectRefusal(await kept.run([...args, ...options]), new RegExp(`the credentials are of account 000000000000, and (Orders is deployed to|the app of) ${OTHER_ACCOUNT}`));
    });

    test('with a region that the system does not have', async () => {
      expectRefusal(await kept.operate(...args, '--regions', 'eu-west-1'), /^eu-west-1 is not a region of Orders, whose regions are ap-southeast-2, us-west-2$/m);
    });

    test('with an assembly that is not there', async () => {
      expectRefusal(await kept.run([...args, '--assembly', 'nowhere']), /^there is no cloud assembly in nowhere/m);
    });
  });
});
