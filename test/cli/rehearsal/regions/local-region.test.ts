import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { freePorts, HOST } from '../../../../cli/rehearsal/machine/free-ports';
import { Processes } from '../../../../cli/rehearsal/machine/processes';
import { RunFolder } from '../../../../cli/rehearsal/machine/run-folder';
import { startLocalRegions } from '../../../../cli/rehearsal/regions/local-region';

describe('freePorts', () => {
  test('are as many as wanted, distinct, and can be listened on', async () => {
    const ports = await freePorts(5);
    expect(new Set(ports).size).toBe(5);
    await Promise.all(ports.map(async port => new Promise<void>((resolve, reject) => {
      const server = createServer().once('error', reject).listen({ host: HOST, port }, () => server.close(() => resolve()));
    })));
  });
});

describe('startLocalRegions', () => {
  let folder: string;
  let processes: Processes;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-region-'));
    processes = new Processes(folder);
  });
  afterEach(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  });

  /** Stands in for the Python that runs a local region: a server that only tells its region. */
  async function start(script: string) {
    const server = join(folder, 'server.js');
    writeFileSync(server, `
      const option = name => process.argv[process.argv.indexOf(name) + 1];
      const status = JSON.stringify({ region: option('--region'), arguments: process.argv.slice(2) });
      require('http').createServer((_, answer) => answer.end(status)).listen(Number(option('--port')), '127.0.0.1');
    `);
    writeFileSync(join(folder, 'python'), `#!/bin/sh\n${script}\nexec '${process.execPath}' '${server}' "$@"\n`);
    chmodSync(join(folder, 'python'), 0o755);
    return startLocalRegions({
      names: ['ap-southeast-2', 'us-west-2'],
      python: join(folder, 'python'),
      hostedZones: [{ id: 'Z1', name: 'example.com' }],
      replicationLag: 0.3,
      timeScale: 7,
      durations: { environment: { sweeper: ['BEAT_SECONDS'] }, schedules: ['beat'] },
      seed: 42,
      processes,
      folder: RunFolder.create(folder),
      signal: new AbortController().signal,
    });
  }

  test('tells each region its peers, where global services are and what is in them', async () => {
    const [primary, secondary] = await start('');
    const answer = await (await fetch(`${secondary.endpoint}/_local-region/status`)).json() as { arguments: string[] };
    expect(answer.arguments.join(' ')).toMatch(new RegExp(
      `^-m local_region --exit-with-parent --region us-west-2 --port \\d+ --state \\S+ --replication-lag 0.3 --time-scale 7 --durations (\\S+) --seed 42 --global-services-in ap-southeast-2 --account 000000000000 --hosted-zone example.com=Z1 --peer ap-southeast-2=${primary.endpoint}$`,
    ));
    const file = answer.arguments[answer.arguments.indexOf('--durations') + 1];
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ environment: { sweeper: ['BEAT_SECONDS'] }, schedules: ['beat'] });
  });

  test('takes other ports if one was taken in the meantime', async () => {
    const regions = await start(`[ -e '${folder}/second' ] || { touch '${folder}/second'; echo '[Errno 98] Address already in use' >&2; exit 1; }`);
    expect(regions.every(({ process }) => process.isRunning())).toBe(true);
  });

  test('shows why a region could not be started', async () => {
    const failure = start('echo "unknown region" >&2; exit 2');
    await expect(failure).rejects.toThrow(/^The local region \S+ could not be started \(it ended with 2\)\.$/);
    await expect(failure).rejects.toMatchObject({ log: { lastLines: ['unknown region'] } });
  });
});
