import { spawn } from 'child_process';
import { once } from 'events';
import { statSync } from 'fs';
import { join, resolve } from 'path';
import { buildSync } from 'esbuild';
import { LOGGER, OWN_LOGGER, STARTER } from './handlers/powertools';
import { versionOf } from './installed';
import { runNode } from './processes';
import { alternating, ratios, show, spreadOf } from './statistics';

interface Handled {
  readonly loaded: number;
  readonly wall: number;
  readonly perMessage: number;
}

const MESSAGES = 300;

/** Bytes, CPU time to load, and CPU time for a message, of handlers of the library and of what does the same with Powertools. */
export async function handlers(installed: string, pairs: number): Promise<string> {
  const ours = resolve('assets/replicated-workflow/starter.lambda/index.js');
  const cases = [
    { task: 'start a workflow once for a key', ours, other: bundled(STARTER, installed, 'starter') },
    { task: 'write a line of a log', ours: bundled(OWN_LOGGER, '.', 'own-logger', installed), other: bundled(LOGGER, installed, 'logger') },
  ];
  const { port, stop } = await stubbed();
  try {
    const rows: string[] = [];
    for (const { task, ours: own, other } of cases) {
      const bundles = { own, other };
      const results = await alternating(['own', 'other'], pairs, name => runNode<Handled>(['--no-warnings', 'test/bench/handlers/run.js', bundles[name as 'own' | 'other'], String(MESSAGES)], environment(port)));
      const of = (name: 'own' | 'other', what: keyof Handled) => results[name].map(result => result[what]);
      const both = (what: keyof Handled, digits: number) => [show(spreadOf(of('own', what)), digits), show(spreadOf(of('other', what)), digits), show(ratios(of('own', what), of('other', what)), 2)];
      const [bytes, others] = [statSync(own).size, statSync(other).size];
      rows.push(
        `| ${task} | bundle, bytes | ${bytes.toLocaleString('en-US')} | ${others.toLocaleString('en-US')} | ${(bytes / others).toFixed(2)} |`,
        `| | cold import, CPU ms | ${both('loaded', 0).join(' | ')} |`,
        `| | cold import, ms | ${both('wall', 0).join(' | ')} |`,
        `| | a message, CPU ms | ${both('perMessage', 3).join(' | ')} |`,
      );
    }
    return [`| | | library | Powertools ${versionOf(installed, '@aws-lambda-powertools/idempotency')} | library / Powertools |`, '| --- | --- | ---: | ---: | ---: |', ...rows].join('\n');
  } finally {
    await stop();
  }
}

/** Bundles as the library bundles its handlers. */
function bundled(contents: string, resolveDir: string, name: string, out = resolveDir): string {
  const outfile = join(out, `${name}.js`);
  buildSync({
    stdin: { contents, resolveDir, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    external: ['ini', 'process', 'sso', 'web-identity'].map(provider => `@aws-sdk/credential-provider-${provider}`),
    logLevel: 'silent',
  });
  return outfile;
}

function environment(port: number): Record<string, string> {
  const region = 'us-west-2';
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: 'f',
    LEDGER_TABLE_NAME: 'Ledger',
    STATE_MACHINE_ARN: `arn:aws:states:${region}:111122223333:stateMachine:Orders-Fulfilment:live`,
    WORKFLOW_REGIONS: `${region},ap-southeast-2`,
    TAKEOVER_AFTER_SECONDS: '300',
    BEAT_SECONDS: '60',
    MARGIN_SECONDS: '30',
    IDEMPOTENCY_KEY_PATH: '$.detail.orderId',
    DEAD_LETTER_QUEUE_URL: `http://127.0.0.1:${port}/Unstarted`,
    EVENT_QUEUE_URL: `http://127.0.0.1:${port}/Events`,
    POWERTOOLS_SERVICE_NAME: 'f',
  };
}

/** DynamoDB and Step Functions in a process of their own, so that only the handler's work is measured. */
async function stubbed(): Promise<{ port: number; stop: () => Promise<void> }> {
  const stub = spawn(process.execPath, ['test/bench/handlers/stub.js'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(stub.stdout, 'data');
  return {
    port: Number(said),
    stop: async () => {
      const ended = once(stub, 'exit');
      stub.kill();
      await ended;
    },
  };
}
