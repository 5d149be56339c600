// CPU time of a bundled handler, loaded in a new process and called for one message after the other: node test/bench/handlers/run.js <bundle> <messages>
const [, , bundle, count] = process.argv;
const WARM_UP = 50;
const write = process.stdout.write.bind(process.stdout);
// what handlers log is made, and goes nowhere
process.stdout.write = () => true;
const cpu = begin => {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
};
const [begin, began] = [process.cpuUsage(), performance.now()];
const { handler } = require(bundle);
const [loaded, wall] = [cpu(begin), performance.now() - began];
const region = process.env.AWS_REGION;
const context = { getRemainingTimeInMillis: () => 10_000, awsRequestId: 'r', functionName: 'f', functionVersion: '1', memoryLimitInMB: '512', invokedFunctionArn: `arn:aws:lambda:${region}:111122223333:function:f` };
const call = i => {
  const body = JSON.stringify({ 'version': '0', 'id': `e-${i}`, 'detail-type': 'OrderPlaced', 'source': 'orders', region, 'time': new Date().toISOString(), 'detail': { orderId: `o-${i}`, text: 'x'.repeat(400) } });
  return handler({ Records: [{ messageId: `m-${i}`, body, attributes: { SentTimestamp: String(Date.now()) } }] }, context);
};
(async () => {
  for (let i = 0; i < WARM_UP; i++) await call(i);
  const from = process.cpuUsage();
  let failed = 0;
  for (let i = 0; i < Number(count); i++) failed += (await call(WARM_UP + i))?.batchItemFailures?.length ?? 0;
  const perMessage = cpu(from) / Number(count);
  if (failed > 0) throw new Error(`${failed} messages failed`);
  write(`${JSON.stringify({ loaded, wall, perMessage })}\n`);
  process.exit();
})().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
