/** The checks after a deployment, on regions of this machine: well, and with what may be wrong. It takes some minutes. */
import { CloudFormationClient, CreateStackCommand, UpdateStackCommand, UpdateTerminationProtectionCommand, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { KeptRegions } from './kept-regions';
import { AFTER } from '../../../cli/doctor/after/all-checks';
import { Finding, Patient } from '../../../cli/doctor/check';
import { askedSystem, SystemOptions, withSystem } from '../../../cli/operate/asked-system';
import { ControlTable } from '../../../cli/operate/control-table';
import { RegionAccess } from '../../../cli/operate/region-access';
import workload from '../../../example-app/rehearsal/workload';

const proof = process.env.LONG ? test : test.skip;

const [FIRST, SECOND] = ['ap-southeast-2', 'us-west-2'];
const EVERY = AFTER.map(({ name }) => name);

/** What no local region has: DNS, the checkers of Route 53, AWS WAF, metrics of rules and of logs, the aliases of executions. */
const NOT_LOCAL = ['shared-name', 'alias-ttl', 'health-checks', 'waf-probes', 'bus-heartbeats', 'embedded-metrics', 'execution-arns'];

let kept: KeptRegions;
let well: Patient;

beforeAll(async () => {
  if (!process.env.LONG) return;
  kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts');
  well = { ...patientOf(...kept.local), workload };
}, 240_000);

afterAll(async () => kept?.stop(), 60_000);

function patientOf(...args: string[]): Patient {
  const options = withSystem(new Command()).parse(args, { from: 'user' }).opts<SystemOptions>();
  const system = askedSystem(options);
  return { system, accesses: system.regions.map(region => new RegionAccess(region, options)), seconds: options.timeout };
}

/** Examines one after the other, as one line a finding. */
async function examined(patient: Patient, ...names: string[]): Promise<Record<string, string[]>> {
  const lines: Record<string, string[]> = {};
  for (const name of names) {
    const findings: readonly Finding[] = await AFTER.find(check => check.name === name)!.examine(patient);
    lines[name] = findings.map(({ region = 'all', verdict, says }) => `${verdict} ${region}: ${says}`).sort();
  }
  return lines;
}

/** What probes have left in the control table of a region. */
async function rowsLeft(region: string): Promise<string[]> {
  const client = await well.accesses.find(access => access.region === region)!.client(DynamoDBClient);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: well.system.controlTable }));
  return Items.map(({ pk }) => pk.S!).filter(key => key.startsWith('doctor#'));
}

const both = (line: string) => [FIRST, SECOND].map(region => expect.stringMatching(new RegExp(`^${line.replace('{region}', region)}`)));

proof('all is well, but for what no local region has, and but for alarms that nobody is told of', async () => {
  const found = await examined(well, ...EVERY);
  for (const name of EVERY) {
    const verdicts = new Set(found[name].map(line => line.split(' ')[0]));
    const expected = NOT_LOCAL.includes(name) ? ['unknown'] : name === 'alarms' ? ['ok', 'warning'] : ['ok'];
    expect([name, [...verdicts], found[name]]).toEqual([name, expected, expect.anything()]);
  }
  expect(found['canary-order']).toEqual([
    expect.stringMatching(/^ok ap-southeast-2: 'place an order' of doctor-\w+-0 in us-west-2 arrived after/), expect.stringMatching(/^ok us-west-2: .* in ap-southeast-2 arrived/),
  ]);
  expect(await Promise.all([FIRST, SECOND].map(rowsLeft))).toEqual([[], []]);
}, 180_000);

proof('a region that is evacuated is known by its peer, and only by the one that is asked', async () => {
  const table = ControlTable.in(well.accesses[0], well.system.controlTable);
  await table.evacuate(SECOND, { by: 'somebody', at: new Date().toISOString(), reason: 'to see it' });
  try {
    expect((await examined(well, 'evacuation-answers'))['evacuation-answers']).toEqual([
      expect.stringMatching(/^ok us-west-2: /), expect.stringMatching(/^warning ap-southeast-2: us-west-2 is evacuated, as .* answers, by somebody since .*: to see it$/),
    ]);
  } finally {
    await table.restore(SECOND);
  }
}, 60_000);

proof('a region that is silent is known as such, and costs the others nothing', async () => {
  kept.freeze(SECOND);
  try {
    for (const name of EVERY) {
      const begin = performance.now();
      const findings = (await examined(well, name))[name];
      expect([name, (performance.now() - begin) / 1000 < 30]).toEqual([name, true]);
      if (NOT_LOCAL.includes(name)) continue;
      const about = (region: string) => findings.filter(line => line.split(' ')[1] === `${region}:`).map(line => line.split(' ')[0]);
      const expected = ['api-health', 'evacuation-answers', 'canary-order'].includes(name) ? /failed|unknown/ : /unknown|warning/;
      expect([name, about(SECOND)]).toEqual([name, expect.arrayContaining([expect.stringMatching(expected)])]);
      expect([name, about(SECOND).includes('ok')]).toEqual([name, false]);
    }
    expect((await examined(well, 'stacks', 'api-health'))).toEqual({
      'stacks': [expect.stringMatching(/^ok ap-southeast-2/), expect.stringMatching(/^unknown us-west-2: it cannot be looked at: does not answer/)],
      'api-health': [expect.stringMatching(/^failed us-west-2: .* does not answer/), expect.stringMatching(/^ok ap-southeast-2/)],
    });
  } finally {
    kept.thaw(SECOND);
  }
  expect(await rowsLeft(FIRST)).toEqual([]);
}, 300_000);

proof('between regions that are cut off from each other nothing passes, and nothing is left', async () => {
  await Promise.all([kept.set(FIRST, 'partition', { peers: [SECOND] }), kept.set(SECOND, 'partition', { peers: [FIRST] })]);
  const since = performance.now();
  try {
    expect(await examined(well, 'rows-pass', 'events-pass', 'canary-order')).toEqual({
      'rows-pass': both('failed {region}: a row of .* did not arrive within 30 s'),
      'events-pass': both('failed {region}: an event of .* on Orders-Bus did not arrive within 30 s'),
      'canary-order': both('failed {region}: .* did not arrive within 30 s'),
    });
    // each region by itself is well
    expect((await examined(well, 'api-health'))['api-health']).toEqual(both('ok {region}: '));
    await new Promise(resolve => setTimeout(resolve, 125_000 - (performance.now() - since)));
    expect((await examined(well, 'ledger-heartbeats'))['ledger-heartbeats']).toEqual([
      ...both('failed {region}: the last heartbeat of .* in the ledger of Orders-Fulfilment is \\d+ s old, and 120 s are the most'),
      ...both('ok {region}: the last heartbeat of '),
    ]);
  } finally {
    await Promise.all([FIRST, SECOND].map(region => kept.set(region, 'partition', { peers: [] })));
  }
  expect(await Promise.all([FIRST, SECOND].map(rowsLeft))).toEqual([[], []]);
  expect((await examined(well, 'rows-pass'))['rows-pass']).toEqual(both('ok {region}: a row of .* arrived after'));
}, 300_000);

proof('a service that takes no more requests is no finding about the system', async () => {
  await kept.set(FIRST, 'service-faults', { faults: [{ service: 'dynamodb', how: 'throttled' }] });
  try {
    const found = await examined(well, 'rows-pass', 'ledger-heartbeats');
    expect(found['rows-pass']).toEqual([
      expect.stringMatching(/^unknown ap-southeast-2: it cannot be seen whether a row of us-west-2 arrives: AWS takes no more requests/),
      expect.stringMatching(/^unknown ap-southeast-2: no row can be written to Orders-Control-Table: AWS takes no more requests/),
    ]);
    expect(found['ledger-heartbeats'][0]).toMatch(/^ok us-west-2/);
    expect(found['ledger-heartbeats'].at(-1)).toMatch(/^unknown ap-southeast-2: it cannot be looked at: AWS takes no more requests/);
  } finally {
    await kept.set(FIRST, 'service-faults', { faults: [] });
  }
  expect(await rowsLeft(SECOND)).toEqual([]);
}, 120_000);

proof('without an assembly it says what it needs, and a system that is not there has nowhere to write', async () => {
  const endpoints = Object.entries(kept.endpoints).flatMap(([region, url]) => ['--endpoint', `${region}=${url}`]);
  const nobody = patientOf('--system', 'Nope', '--regions', `${FIRST},${SECOND}`, ...endpoints);
  const found = await examined(nobody, ...EVERY);
  expect(EVERY.filter(name => found[name].some(line => !line.startsWith('unknown ')))).toEqual([]);
  expect(found.stacks).toEqual(['unknown all: only the assembly says which stacks there are']);
  expect(found['rows-pass']).toEqual(both('unknown {region}: no row can be written to Nope-Control-Table: '));
}, 60_000);

proof('without credentials nothing can be looked at, and it says why', async () => {
  const { system, seconds } = well;
  const accesses = system.regions.map(region => new RegionAccess(region, { profile: 'nobody-has-this', timeout: seconds }));
  const found = await examined({ system, accesses, seconds }, 'stacks', 'ledger-heartbeats', 'rows-pass', 'events-pass');
  expect(found.stacks).toEqual(both('unknown {region}: it cannot be looked at: there are no AWS credentials'));
  expect(Object.values(found).flat().filter(line => !/^unknown .*there are no AWS credentials/.test(line))).toEqual([]);
}, 60_000);

proof('stacks that were changed by hand are named, with what was changed', async () => {
  const client = await well.accesses[0].client(CloudFormationClient);
  const { stackName: StackName, template } = well.system.stacks.find(({ region, stackName }) => region === FIRST && stackName.endsWith('-global'))!;
  const TemplateBody = JSON.stringify({ ...template, Description: 'changed by hand' });
  await client.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }));
  const Topic = { Type: 'AWS::SNS::Topic' };
  await client.send(new CreateStackCommand({ StackName: 'Orders-of-old', TemplateBody: JSON.stringify({ Resources: { Topic } }) }));
  expect((await examined(well, 'stacks')).stacks).toEqual([
    `failed ap-southeast-2: the stack ${StackName} is not what was synthesized: Description differs`,
    expect.stringMatching(/^ok us-west-2: /),
    `warning ap-southeast-2: the stack ${StackName} is protected from deletion, as the app does not say`,
    'warning ap-southeast-2: the stack Orders-of-old is there, and is none of the app\'s any more',
  ]);
}, 120_000);
