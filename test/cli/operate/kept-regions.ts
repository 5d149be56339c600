/** The regions of an app as "rehearse --keep" leaves them up, for commands that operate them. */
import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { IncomingMessage, request } from 'http';
import { tmpdir } from 'os';
import { join, resolve } from 'path';

/** On a machine that is busy. */
const UP_MS = 180_000;
const BUNDLE = resolve('bin/cdk-multi-region.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

export class KeptRegions {
  /** Starts the regions of an app, and waits until they serve. */
  public static async start(app: string, ...options: string[]): Promise<KeptRegions> {
    const child = spawn(process.execPath, [BUNDLE, 'rehearse', '--drills', 'none', '--keep', ...options], { cwd: app, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const local = await new Promise<string>((found, failed) => {
      const late = setTimeout(() => failed(new Error(`not up within ${UP_MS / 1000} s: ${said}`)), UP_MS);
      [child.stdout, child.stderr].forEach(stream => stream.on('data', chunk => {
        said += chunk;
        const [, line] = /LOCAL='([^']+)'/.exec(said) ?? [];
        if (line === undefined || !said.includes('evacuate')) return;
        clearTimeout(late);
        found(line);
      }));
      child.once('exit', code => failed(new Error(`it ended with ${code}: ${said}`)));
    }).catch(async error => {
      child.kill('SIGINT');
      throw error;
    });
    return new KeptRegions(child, local.split(' '));
  }

  /** Of each region, where it listens. */
  public readonly endpoints: Readonly<Record<string, string>>;
  private readonly elsewhere = mkdtempSync(join(tmpdir(), 'operator-'));
  private readonly frozen = new Set<number>();

  /** @param local the options by which the command finds the system and its regions */
  private constructor(private readonly child: ChildProcess, public readonly local: readonly string[]) {
    this.endpoints = Object.fromEntries(local.flatMap((option, i) => (option === '--endpoint' ? [local[i + 1].split('=') as [string, string]] : [])));
  }

  /** Runs the packaged command from a folder of nobody, with an environment that has no credentials. */
  public async operate(...args: string[]): Promise<Ran> {
    return this.run([...args, ...this.local]);
  }

  /** The same without the options that lead to these regions. */
  public async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const begin = performance.now();
    const child = spawn(process.execPath, [BUNDLE, ...args], {
      cwd: this.elsewhere,
      env: { PATH: process.env.PATH, HOME: this.elsewhere, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', chunk => { said.out += chunk; });
    child.stderr.on('data', chunk => { said.err += chunk; });
    const [code] = await once(child, 'close');
    return { code, ...said, seconds: (performance.now() - begin) / 1000 };
  }

  /** Returns the settings of a client of the AWS SDK that asks a region. */
  public clientSettings(region: string) {
    return { region, endpoint: this.endpoints[region], credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  }

  /** Places an order of the example-app in a region; returns its correlation id. */
  public async place(region: string, orderId: string): Promise<string> {
    const order = { orderId, customerId: 'c-1', items: [{ sku: 'tea', quantity: 2, unitPriceCents: 1250 }] };
    const { hostname, port } = new URL(this.endpoints[region]);
    // fetch sends no other host than that of the URL
    const sent = request({ hostname, port, method: 'POST', path: '/orders', agent: false, headers: { 'host': `${region}.orders.example.com`, 'content-type': 'application/json' } });
    sent.end(JSON.stringify(order));
    const [answer] = await once(sent, 'response') as [IncomingMessage];
    answer.resume();
    if (answer.statusCode !== 201) throw new Error(`${region} answered ${answer.statusCode}`);
    return String(answer.headers['x-correlation-id']);
  }

  /** Stops all processes of a region where they are: connections are taken, and nothing is answered. */
  public freeze(region: string): void {
    for (const id of this.processesOf(region)) {
      process.kill(id, 'SIGSTOP');
      this.frozen.add(id);
    }
  }

  public thaw(region: string): void {
    for (const id of this.processesOf(region)) {
      process.kill(id, 'SIGCONT');
      this.frozen.delete(id);
    }
  }

  /** Sets a switch of a local region, such as `partition` or `service-faults`. */
  public async set(region: string, what: string, body: object): Promise<void> {
    const answer = await fetch(`${this.endpoints[region]}/_local-region/${what}`, { method: 'PUT', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Takes back whatever was done to a region. */
  public async heal(): Promise<void> {
    for (const region of Object.keys(this.endpoints)) {
      this.thaw(region);
      await this.set(region, 'partition', { peers: [] });
      await this.set(region, 'service-faults', { faults: [] });
    }
  }

  public async stop(): Promise<void> {
    for (const id of this.frozen) process.kill(id, 'SIGCONT');
    this.child.kill('SIGINT');
    if (this.child.exitCode === null) await once(this.child, 'exit');
    rmSync(this.elsewhere, { recursive: true });
  }

  /** The process of a region, which is told its name, and those that it started. */
  private processesOf(region: string): number[] {
    const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).flatMap(id => {
      try {
        const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))!;
        return [{ id, parent: Number(parent), words: readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0') }];
      } catch {
        // it has ended meanwhile
        return [];
      }
    });
    const port = new URL(this.endpoints[region]).port;
    const found = all.filter(({ words }) => words.includes('local_region') && words[words.indexOf('--port') + 1] === port).map(({ id }) => id);
    for (const id of found) found.push(...all.filter(({ parent }) => parent === id).map(one => one.id));
    return found;
  }
}
