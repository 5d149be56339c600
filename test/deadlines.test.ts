/** Whatever a service does, a handler that asks it ends in time: it says what went wrong, instead of being ended by Lambda in the middle of something. */
import { ChildProcess, fork } from 'child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { AssetStaging } from 'aws-cdk-lib';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionFunction } from '../src';
import { build } from './multi-region-pipeline/support';
import { AwsStandIn, Manner } from './support/deadlines/aws-stand-in';
import { EXAMPLE, HandlerCase, LIBRARY, wellAnswer } from './support/deadlines/cases';
import { certificate } from './support/deadlines/certificate';
import { parseModules, readSources } from './support/modules';
import { orderSystem } from './support/order-system';
import { CODE, testApp, testSystem } from './support/synth';

/** What Lambda ends a function before, at the least, or what an answer takes to whoever waits for it. */
const MARGIN_MILLIS = 900;

/** A run that its process has held up for longer, because the machine is busy, is no verdict: it is run again. */
const HELD_UP_MILLIS = 250;

/** A handler, as it is deployed. */
interface Deployed extends HandlerCase {
  readonly bundle: { readonly file: string } | { readonly entry: string };
  readonly exported: string;
  readonly timeoutMillis: number;
  /** The folder of its sources, and its module among them. */
  readonly sources: string;
  readonly module: string;
}

/** One run of a handler, and how it went. */
interface Run {
  readonly handler: string;
  readonly event: string;
  /** The call that is not answered as it should be; all of them if it is not given. */
  readonly call?: string;
  readonly manner: Manner;
}
interface Ran extends Run {
  readonly took: number;
  /** For how much of that its process was held up. */
  readonly late: number;
  readonly outcome: { readonly result?: any; readonly error?: string; readonly killed?: true };
  readonly calls: string[];
}

const handlerPaths = (folder: string): string[] => Object.entries(readSources(folder))
  .filter(([file, text]) => file.endsWith('.lambda.ts') && /^export (const|async function|function) handler\b/m.test(text)).map(([file]) => file.replace('.lambda.ts', ''));

/** The functions of everything that the library deploys, by the path of their handler under `src`. */
function libraryFunctions(roots: IConstruct[]): Map<string, Function> {
  const assets = join(process.cwd(), 'assets');
  const functions = roots.flatMap(root => root.node.findAll()).filter((one): one is Function => one instanceof Function);
  return new Map(functions.flatMap(fn => {
    const stage = fn.node.tryFindChild('Code')?.node.tryFindChild('Stage');
    return stage instanceof AssetStaging && stage.sourcePath.startsWith(assets) ? [[stage.sourcePath.slice(assets.length + 1).replace('.lambda', ''), fn] as const] : [];
  }));
}

function deployedHandlers(): Record<string, Deployed> {
  const system = orderSystem(testApp(), 2);
  const secured = testSystem();
  new MultiRegionApi(secured, 'Api', { authorization: ApiAuthorization.jwt({ issuer: 'https://issuer.example/', audience: ['orders'] }) })
    .addRoute(HttpMethod.GET, '/orders', new MultiRegionFunction(secured, 'GetOrder', { codePath: CODE }));
  const functions = libraryFunctions([system, secured, build().stack]);
  const library = Object.entries(LIBRARY).map(([path, one]): [string, Deployed] => [path, {
    ...one,
    bundle: { file: join('assets', `${path}.lambda`, 'index.js') },
    exported: 'handler',
    timeoutMillis: one.remainingMillis ?? functions.get(path)?.timeout?.toMilliseconds() ?? NaN,
    sources: 'src',
    module: `${path}.lambda.ts`,
  }]);
  const entries = exampleEntries();
  const example = Object.entries(EXAMPLE).map(([name, one]): [string, Deployed] => {
    const { file, exported } = entries[name];
    return [`example-app ${name}`, {
      ...one,
      environment: () => ({ TABLE_NAME: 'Orders-OrdersTable', BUS_NAME: 'Orders-Bus' }),
      bundle: { entry: `example-app/handlers/${file}.ts` },
      exported,
      timeoutMillis: (system.node.findChild(name) as MultiRegionFunction)._timeout.toMilliseconds(),
      sources: 'example-app',
      module: `handlers/${file}.ts`,
    }];
  });
  const functionNames = system.node.children.filter(child => child instanceof MultiRegionFunction).map(({ node }) => node.id);
  expect(Object.keys(EXAMPLE).sort()).toEqual(functionNames.sort());
  return Object.fromEntries([...library, ...example]);
}

/** The file and the export of each of the example-app's functions. */
function exampleEntries(): Record<string, { file: string; exported: string }> {
  const text = readSources('example-app')['order-system.ts'];
  return Object.fromEntries([...text.matchAll(/handler\('(\w+)', '([\w-]+)'(?:, '(\w+)')?\)/g)].map(([, name, file, exported = 'handler']) => [name, { file, exported }]));
}

/** The client classes that a module makes instances of, itself or in what it imports. */
function clientClasses({ sources, module }: Deployed): string[] {
  const modules = parseModules(sourcesOf(sources));
  const seen = new Set([module]);
  for (const file of seen) modules.get(file)!.imports.forEach(other => seen.add(other));
  const names = [...seen].flatMap(file => [...modules.get(file)!.text.matchAll(/\b(\w+Client)\b(?=[^;]* from '@aws-sdk\/client-)/g)].map(([, name]) => name));
  return [...new Set(names)].sort();
}

/** The sources of a folder, without those that import from elsewhere. */
const sourcesOf = (folder: string) => Object.fromEntries(Object.entries(readSources(folder))
  .filter(([file]) => folder === 'src' || /^(handlers\/|order-schema)/.test(file)));

const serviceOf = (call: string): string => call.split(' ')[0];

// by npm run test:long; bounded-calls.test.ts looks at the sources
const proof = process.env.LONG ? describe : describe.skip;

proof('a handler', () => {
  let folder: string | undefined;
  let child: ChildProcess;
  let handlers: Record<string, Deployed>;
  let ran: Ran[];
  const unhandled: string[] = [];

  /** Runs handlers side by side. */
  async function runAll(runs: Run[]): Promise<Ran[]> {
    const standIns = await Promise.all(runs.map(({ call, manner }) => AwsStandIn.start(wellAnswer, asked => (call === undefined || call === asked ? manner : 'well'))));
    const results = new Map<number, Pick<Ran, 'took' | 'late' | 'outcome'>>();
    const done = new Promise<void>((resolve, reject) => {
      child.on('message', (message: any) => {
        if (message.unhandled) unhandled.push(message.unhandled);
        if (message.id !== undefined) results.set(message.id, message);
        if (message.done) resolve();
      });
      child.once('exit', code => reject(new Error(`the process of the handlers ended with ${code}`)));
    });
    child.send({
      bundles: Object.fromEntries(Object.entries(handlers).map(([name, { bundle }]) => [name, bundle])),
      runs: runs.map(({ handler, event }, id) => {
        const { environment = () => ({}), events, exported, timeoutMillis } = handlers[handler];
        const { url, httpsUrl } = standIns[id];
        return {
          id,
          bundle: handler,
          exported,
          event: events[event]({ url, httpsUrl }),
          millis: timeoutMillis,
          environment: { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: url, ...environment({ url, httpsUrl }, event) },
        };
      }),
    });
    await done;
    child.removeAllListeners();
    await Promise.all(standIns.map(standIn => standIn.stop()));
    return runs.map((run, id) => ({ ...run, ...results.get(id)!, calls: [...standIns[id].calls] }));
  }

  beforeAll(async () => {
    handlers = deployedHandlers();
    folder = mkdtempSync(join(tmpdir(), 'deadlines-'));
    writeFileSync(join(folder, 'certificate.pem'), certificate.cert);
    child = fork(join(__dirname, 'support/deadlines/run.js'), { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem') }, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const well = await runAll(Object.entries(handlers).flatMap(([handler, { events }]) => Object.keys(events).map((event): Run => ({ handler, event, manner: 'well' }))));
    const others = well.flatMap(({ handler, event, calls }): Run[] => calls.length === 0 ? [] : [
      ...calls.map((call): Run => ({ handler, event, call, manner: 'silent' })),
      ...calls.filter((call, i) => calls.findIndex(other => serviceOf(other) === serviceOf(call)) === i).map((call): Run => ({ handler, event, call, manner: 'half' })),
      ...(['silent', 'drops', 'second', 'busy'] as const).map(manner => ({ handler, event, manner })),
    ]);
    // what takes longest first
    ran = [...well, ...await runAll(others.sort((one, other) => handlers[other.handler].timeoutMillis - handlers[one.handler].timeoutMillis))];
    for (let tries = 0; tries < 3; tries++) {
      const again = ran.filter(run => run.late > HELD_UP_MILLIS && !(endsInTime(run) && doesItsWork(run)));
      if (again.length === 0) break;
      ran = [...ran.filter(run => !again.includes(run)), ...await runAll(again)];
    }
  }, 300_000);
  afterAll(() => {
    child?.kill();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const named = [...Object.keys(LIBRARY), ...Object.keys(EXAMPLE).map(name => `example-app ${name}`)];
  const runsOf = (handler: string, ...manners: Manner[]) => ran.filter(run => run.handler === handler && manners.includes(run.manner));
  const endsInTime = ({ handler, took, late, outcome }: Ran): boolean => {
    const { timeoutMillis, awaitedMillis = timeoutMillis - MARGIN_MILLIS } = handlers[handler];
    return !outcome.killed && took - late <= awaitedMillis;
  };
  /** Whether a run has the outcome that it has when all is well, if its services answered in the end. */
  const doesItsWork = (run: Ran): boolean => {
    const well = runsOf(run.handler, 'well').find(({ event }) => event === run.event)!;
    return !['second', 'busy'].includes(run.manner) || [timeless, callsOf].every(of => of(run) === of(well));
  };
  const textOf = ({ event, call = 'every call', manner, took, late, outcome }: Ran) => {
    const end = outcome.killed ? 'ended by Lambda' : `settled after ${took} ms, held up for ${late} ms`;
    return `${event}, ${call} ${manner}: ${end} ${outcome.error ?? ''}`;
  };

  test('has a case here, and so has each of its clients', () => {
    const bundles = readdirSync('assets', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js')).map(file => file.replace(/\.lambda\/index\.js$/, ''));
    expect(handlerPaths('src').sort()).toEqual(Object.keys(LIBRARY).sort());
    expect(bundles.sort()).toEqual(Object.keys(LIBRARY).sort());
    for (const [handler, deployed] of Object.entries(handlers)) {
      const services = new Set(runsOf(handler, 'well').flatMap(({ calls }) => calls).map(serviceOf).filter(service => service !== 'https'));
      const clients = clientClasses(deployed);
      expect([handler, clients, services.size]).toEqual([handler, clients, clients.length]);
    }
  });

  test.each(named)('%s does its work when all is well', handler => {
    const { result, asks } = handlers[handler];
    for (const { outcome, calls } of runsOf(handler, 'well')) {
      expect(outcome).toEqual({ ...(outcome.result !== undefined && { result: outcome.result }) });
      if (result !== undefined) expect(outcome.result).toMatchObject(result as object);
      if (asks !== undefined) expect(calls).toContain(asks);
    }
  });

  test.each(named)('%s ends in time when a service is silent, stops in the middle, or answers drop by drop', handler => {
    expect(runsOf(handler, 'silent', 'half', 'drops').filter(run => !endsInTime(run)).map(textOf)).toEqual([]);
  });

  test.each(named)('%s does its work in time when each service answers at the second attempt only', handler => {
    expect(runsOf(handler, 'second', 'busy').filter(run => !endsInTime(run) || !doesItsWork(run)).map(textOf)).toEqual([]);
  });

  test('leaves no error unhandled, which would end its function', () => expect(unhandled).toEqual([]));
});

/** The outcome of a run, without moments. */
const timeless = ({ outcome }: Ran): string => JSON.stringify(outcome).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');
const callsOf = ({ calls }: Ran): string => [...calls].sort().join();
