/**
 * Runs handlers side by side, each with an environment of its own, for as long as Lambda would let them. A process of its own, so that nothing of a test is in their way, and what they leave unhandled shows.
 *
 * It is sent `{ bundles, runs }` and sends back a message for each run.
 */
const { readFileSync } = require('fs');
const { setTimeout: sleep } = require('timers/promises');
const { buildSync } = require('esbuild');

const TICK = 20;

process.on('unhandledRejection', error => process.send({ unhandled: String(error) }));
// Handlers run on Lambda's Node.js 24, whatever runs this.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const codeOf = ({ file, entry }) => (entry === undefined ? readFileSync(file, 'utf8') : buildSync({
  entryPoints: [entry], bundle: true, write: false, platform: 'node', target: 'node20', minify: true, keepNames: true,
}).outputFiles[0].text);

/** A bundle as a function: parsed once, it can be run again and again. */
const compiled = code => new Function('module', 'exports', 'require', 'process', code);

/** Loads a bundle afresh. What it knows as `process` has the environment of one function, and a log that nobody reads. */
function load(bundle, environment) {
  const own = Object.create(process, {
    env: { value: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment } },
    stdout: { value: { write: () => true } },
  });
  const module = { exports: {} };
  bundle(module, module.exports, name => (/^(node:)?process$/.test(name) ? own : require(name)), own);
  return module.exports;
}

/** How long this process has been held up, by what else the machine does, or by the start of a handler. */
let lateMillis = 0;
let last = Date.now();
setInterval(() => {
  const late = Date.now() - last - TICK;
  if (late > TICK) lateMillis += late;
  last = Date.now();
}, TICK).unref();

async function run({ id, exported, environment, event, millis }, bundle) {
  const handler = load(bundle, environment)[exported];
  const [begin, lateBefore] = [Date.now(), lateMillis];
  const context = { getRemainingTimeInMillis: () => begin + millis - Date.now(), invokedFunctionArn: 'arn:aws:lambda:us-west-2:111122223333:function:Handler:live' };
  let timer;
  const killed = new Promise(resolve => { timer = setTimeout(() => resolve({ killed: true }), millis); });
  const settled = Promise.resolve().then(() => handler(event, context)).then(result => ({ result }), error => ({ error: String(error) }));
  const outcome = await Promise.race([settled, killed]);
  clearTimeout(timer);
  process.send({ id, took: Date.now() - begin, late: lateMillis - lateBefore, outcome: JSON.parse(JSON.stringify(outcome)) });
}

process.on('message', async ({ bundles, runs }) => {
  const ready = Object.fromEntries(Object.entries(bundles).map(([name, bundle]) => [name, compiled(codeOf(bundle))]));
  const running = [];
  for (const one of runs) {
    // the others go on in between
    await sleep(2 * TICK);
    running.push(run(one, ready[one.bundle]));
  }
  await Promise.all(running);
  process.send({ done: true });
});
