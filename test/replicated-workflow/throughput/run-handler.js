// Runs a bundled handler for each of some events, with a clock that goes by the CPU time that it has used, as on a function with a share of a vCPU:
// `node run-handler.js <bundle> <file with a list of events> <virtual start> <share>`.
const { readFileSync } = require('fs');

const [, , bundle, file, start, share] = process.argv;
const events = JSON.parse(readFileSync(file, 'utf8'));
const begin = process.cpuUsage();
const cpu = () => {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
};
const now = () => Math.floor(Number(start) + cpu() / Number(share));
Date.now = now;
const http = require('http');
const { request } = http;
// the stub's quota goes by the same clock
http.request = (options, ...rest) => {
  options.headers['x-virtual-time'] = String(now());
  return request(options, ...rest);
};
const TIMEOUT = 60_000;
const { handler } = require(bundle);
const loaded = cpu();
const context = { getRemainingTimeInMillis: () => TIMEOUT - (now() - Number(start)), invokedFunctionArn: 'arn:aws:lambda:us-west-2:111122223333:function:Sweeper:live' };
(async () => {
  const results = [];
  for (const event of events) results.push(await handler(event, context));
  return results;
})().then(result => process.send({ result, cpu: cpu() - loaded, loaded, endedAt: now() }), error => process.send({ error: String(error?.stack), cpu: cpu(), loaded, endedAt: now() }))
  .finally(() => process.disconnect());
