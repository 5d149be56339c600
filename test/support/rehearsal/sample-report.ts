/** Reports that look like those of real runs, for tests of what shows them. */
import { CheckReport, DrillReport, Moment, Report, Sample, Vitals } from '../../../cli/rehearsal/report/report';
import { Execution, Fault, Operation, Sent } from '../../../cli/rehearsal/workload/workload';

export interface SampleReportProps {
  readonly seed?: number;
  readonly regions?: number;
  /** Names of drills, one after the other. */
  readonly drills?: readonly string[];
  /** Operations that all customers begin in a second. */
  readonly rate?: number;
  readonly secondsPerDrill?: number;
  /** Indicates whether a write is lost in the last drill. */
  readonly isBroken?: boolean;
  /** Indicates whether the machine was too slow for some checks. */
  readonly isSlow?: boolean;
}

const REGIONS = [
  'ap-southeast-2', 'us-west-2', 'eu-central-1', 'us-east-1', 'sa-east-1', 'ap-northeast-1', 'eu-west-1', 'ca-central-1', 'ap-south-1', 'af-south-1',
];
const SWITCH_MS = 6_000;
const TIMEOUT_MS = 5_000;
const TITLES: Readonly<Record<string, string>> = {
  freeze: 'A region stops answering', evacuate: 'Operators leave a region', partition: 'The network between regions is cut', lag: 'Replication is late', slow: 'A region answers slowly',
};
/** Those that customers are led away by. */
const LEAVING = ['freeze', 'evacuate'];

/** Makes a report: the same props give the same one. */
export function sampleReport(props: SampleReportProps = {}): Report {
  const { seed = 1, regions: size = 3, drills: names = ['freeze', 'evacuate', 'partition', 'slow', 'lag'], rate = 8, secondsPerDrill = 40, isBroken = false, isSlow = false } = props;
  const random = randomBy(seed);
  const regions = REGIONS.slice(0, size);
  const faults = names.map((nemesis, index): Fault => {
    const at = (index * secondsPerDrill + 10) * 1000 + random() * 900;
    return {
      nemesis,
      regions: [regions[Math.floor(random() * size)]],
      at,
      until: at + secondsPerDrill * 450,
      mayFail: ['freeze', 'slow'].includes(nemesis),
      mayDouble: ['freeze', 'partition'].includes(nemesis),
    };
  });
  const durationMs = Math.max(20, names.length * secondsPerDrill) * 1000;
  const operations = names.length === 0 ? [] : operationsOf(regions, faults, durationMs, rate, random);
  const executions = executionsOf(operations, faults, regions);
  const drills = names.map((name, index) => {
    const flaws = { isBroken: isBroken && index === names.length - 1, isSlow: isSlow && index === 0 };
    return drillOf(name, index, faults[index], secondsPerDrill, operations, flaws);
  });
  const sections = [{
    title: 'The deployment',
    notes: [`${2 * size + 1} stacks in three waves`, 'health of every region after 8.4 s'],
    checks: [check('every stack is deployed', 'passed', `${2 * size + 1} of ${2 * size + 1}`), check('all replicas of all tables are equal', 'passed', '4 tables')],
  }];
  const checks = [...drills, ...sections].flatMap(part => part.checks);
  const count = (outcome: CheckReport['outcome']) => checks.filter(one => one.outcome === outcome).length;
  const counts = { passed: count('passed'), failed: count('failed'), unknown: count('unknown') };
  return {
    version: 1,
    app: 'npx ts-node bin/orders.ts',
    system: 'orders-prod',
    regions,
    startedAt: '2026-11-26T01:47:16.000Z',
    durationMs,
    seed,
    command: `npx cdk-multi-region rehearse --regions ${regions.join(',')}${names.length === 0 ? '' : ` --drills ${names.join(',')}`} --seed ${seed}`,
    verdict: counts.failed > 0 ? 'failed' : counts.unknown > 0 ? 'unknown' : 'passed',
    counts,
    drills,
    sections,
    samples: samplesOf(regions, faults, operations, durationMs, random),
    operations,
    executions,
    faults,
    moments: momentsOf(faults),
    emulation: {
      types: [
        { type: 'AWS::WAFv2::WebACL', verdict: 'accepted', count: size, note: 'requests are not filtered' },
        { type: 'AWS::CloudTrail::Trail', verdict: 'accepted', count: 1, note: 'nothing is recorded' },
        { type: 'AWS::Kinesis::Stream', verdict: 'skipped', count: size, note: 'not known to the emulator' },
        { type: 'AWS::CodeDeploy::DeploymentGroup', verdict: 'emulated', count: 6 * size, note: 'traffic is shifted at once' },
      ],
      scaled: ['Takeover of a workflow: 5 min on AWS, 15 s here', 'Health checks: 10 s on AWS, 1 s here'],
    },
  };
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator#Parameters_in_common_use */
function randomBy(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const isUnder = (fault: Fault, at: number) => at >= fault.at && at < fault.until!;

function operationsOf(regions: readonly string[], faults: readonly Fault[], durationMs: number, rate: number, random: () => number): Sent[] {
  const operations: Sent[] = [];
  const keys: string[] = [];
  const send = (one: Omit<Sent, 'region' | 'outcome' | 'endedAt'>): void => {
    const { near, at, operation, attempt } = one;
    const fault = faults.find(candidate => candidate.regions.includes(near) && isUnder(candidate, at));
    const isAway = fault !== undefined && LEAVING.includes(fault.nemesis) && at > fault.at + SWITCH_MS && regions.length > 1;
    const region = isAway ? regions[(regions.indexOf(near) + 1) % regions.length] : near;
    if (fault?.nemesis === 'freeze' && !isAway) {
      operations.push({ ...one, region, endedAt: at + TIMEOUT_MS, outcome: { type: operation.action === 'write' ? 'unknown' : 'fail', told: `no answer in ${TIMEOUT_MS} ms` } });
      if (operation.action === 'write') send({ ...one, at: at + TIMEOUT_MS + 400, attempt: attempt + 1 });
      return;
    }
    const took = (fault?.nemesis === 'slow' ? 900 : isAway ? 160 : 30) + 60 * random() ** 3 * 5;
    operations.push({ ...one, region, endedAt: at + took, outcome: { type: 'ok', ...operation.action === 'read' ? { value: { status: 'PLACED' } } : {} } });
  };
  for (let at = 500; at < durationMs - TIMEOUT_MS; at += 1000 / rate * (0.5 + random())) {
    const number = Math.floor(random() * regions.length);
    const customer = `c${number + 1}-7f3a`;
    const isWrite = keys.length === 0 || random() < 0.7;
    if (isWrite) keys.push(`${customer}-${keys.length.toString().padStart(5, '0')}`);
    const key = isWrite ? keys[keys.length - 1] : keys[Math.floor(random() * keys.length)];
    const operation: Operation = isWrite
      ? { kind: 'place order', action: 'write', key, value: { amount: Math.floor(random() * 90) + 10, currency: 'AUD' } }
      : { kind: 'read order', action: 'read', key };
    send({ operation, customer, near: regions[number], attempt: 0, at: Math.round(at * 10) / 10 });
  }
  return operations.sort((a, b) => a.at - b.at);
}

const isAcknowledged = ({ operation, outcome }: Sent) => operation.action === 'write' && outcome?.type === 'ok';

function executionsOf(operations: readonly Sent[], faults: readonly Fault[], regions: readonly string[]): Execution[] {
  return operations.filter(isAcknowledged).flatMap(({ operation: { key }, region, endedAt }) => {
    const startedAt = endedAt! + 120;
    const one = (where: string, start: number): Execution => (
      { workflow: 'orders-prod-fulfilment', region: where, name: key, status: 'SUCCEEDED', startedAt: start, stoppedAt: start + 900 });
    const peer = regions.find(other => other !== region);
    const fault = faults.find(({ mayDouble, regions: hit, at }) => mayDouble && hit.includes(region) && at > startedAt && at < startedAt + 600);
    return fault && peer !== undefined ? [one(region, startedAt), one(peer, fault.at + 15_000)] : [one(region, startedAt)];
  });
}

const check = (claim: string, outcome: CheckReport['outcome'], summary: string, details?: readonly string[]): CheckReport => (
  { claim, outcome, summary, ...details ? { details } : {} });

type Flaws = Required<Pick<SampleReportProps, 'isBroken' | 'isSlow'>>;

function drillOf(name: string, index: number, fault: Fault, seconds: number, operations: readonly Sent[], { isBroken, isSlow }: Flaws): DrillReport {
  const [at, until] = [index * seconds * 1000, (index + 1) * seconds * 1000];
  const own = operations.filter(sent => sent.at >= at && sent.at < until);
  const leaves = LEAVING.includes(name);
  const doubled = name === 'freeze' ? 2 : 0;
  const written = own.filter(isAcknowledged);
  return {
    name,
    title: TITLES[name] ?? name,
    verdict: isBroken ? 'failed' : isSlow ? 'unknown' : 'passed',
    at,
    until,
    faults: [fault],
    ...leaves ? { recoveryTimeMs: name === 'freeze' ? 12_340 : 2_870, recoveryPoint: { ms: name === 'freeze' ? 840 : 0, writes: name === 'freeze' ? 3 : 0 } } : {},
    requests: own.length,
    failed: own.filter(({ outcome }) => outcome?.type !== 'ok').length,
    doubled: isBroken ? doubled + 1 : doubled,
    explained: doubled,
    lost: isBroken ? 2 : 0,
    checks: [
      isBroken
        ? check('nothing acknowledged is lost', 'failed', `2 of ${written.length} acknowledged writes are missing`,
          written.slice(0, 2).map(({ operation: { key }, region }) => `${key}, acknowledged by ${region}, is in no region`))
        : check('nothing acknowledged is lost', 'passed', `${written.length} acknowledged writes are in every region`),
      isBroken
        ? check('no workflow runs twice without a reason', 'failed', '1 doubled, which no fault explains')
        : check('no workflow runs twice without a reason', 'passed', `${doubled} doubled, each explained by the fault`),
      check('customers are served elsewhere', isSlow ? 'unknown' : 'passed', isSlow ? 'this process was held up for 3.2 s' : leaves ? 'all of 41 requests' : 'not needed'),
      check('all replicas of all tables are equal', 'passed', '4 tables'),
      check('dead-letter queues are empty', 'passed', ''),
    ],
  };
}

function samplesOf(
  regions: readonly string[], faults: readonly Fault[], operations: readonly Sent[], durationMs: number, random: () => number,
): Sample[] {
  const samples: Sample[] = [];
  const takeovers = new Map<string, number>();
  for (let at = 1000; at <= durationMs; at += 1000) {
    const ended = operations.filter(sent => sent.endedAt! > at - 1000 && sent.endedAt! <= at);
    regions.forEach((region, number) => {
      const fault = faults.find(candidate => candidate.regions.includes(region) && isUnder(candidate, at));
      const [partition, late, frozen] = ['partition', 'lag', 'freeze'].map(name => faults.find(one => one.nemesis === name && isUnder(one, at)));
      const taken = takeovers.get(region) ?? 0;
      if (frozen && !frozen.regions.includes(region) && at > frozen.at + 15_000 && taken < 2) takeovers.set(region, taken + 1);
      const own = ended.filter(sent => sent.region === region);
      const since = Math.max(partition ? at - partition.at : 0, frozen ? at - frozen.at : 0);
      const vitals: Vitals = {
        replication: Object.fromEntries(regions.filter(other => other !== region).map(other => (
          [other, { queued: Math.floor(since / 300), lagMs: since > 0 ? since : (late ? 4000 : 300) + random() * 500 }]))),
        openWorkflows: Math.floor(own.length * 0.8 + random() * 2) + (frozen ? Math.floor(since / 4000) : 0),
        endedWorkflows: Math.floor(at / 300),
        takeovers: takeovers.get(region) ?? 0,
        deadLetters: 0,
        alarms: frozen ? ['orders-prod-heartbeat-missing'] : [],
      };
      samples.push({
        at: at + number * 7,
        region,
        requests: own.length,
        errors: own.filter(({ outcome }) => outcome?.type !== 'ok').length,
        isHealthy: !(fault && LEAVING.includes(fault.nemesis) && at > fault.at + SWITCH_MS),
        ...fault?.nemesis === 'freeze' ? {} : { vitals },
      });
    });
  }
  return samples;
}

function momentsOf(faults: readonly Fault[]): Moment[] {
  return [
    { at: 200, kind: 'step' as const, text: 'all regions are healthy' },
    ...faults.flatMap(({ nemesis, regions: [region], at, until }): Moment[] => [
      { at: at - 9_000, kind: 'step', text: `steady load before ${nemesis}` },
      { at, kind: 'fault', region, text: `${nemesis} begins` },
      ...LEAVING.includes(nemesis) ? [
        { at: at + SWITCH_MS, kind: 'health' as const, region, text: `Route 53 leads customers away from ${region}` },
        { at: until! + 3_000, kind: 'health' as const, region, text: `Route 53 leads customers to ${region} again` },
      ] : [],
      { at: until!, kind: 'recovery', region, text: `${nemesis} is over` },
      { at: until! + 6_000, kind: 'step', text: 'all replicas are equal' },
    ]),
  ].sort((a, b) => a.at - b.at);
}
