import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { DurationsDescription } from '../../system/system-description';
import { HostedZone } from '../dns/hosted-zone';
import { assetFolder } from '../machine/asset-folder';
import { withoutAws } from '../machine/environment';
import { freePorts, HOST } from '../machine/free-ports';
import { excerptOf } from '../machine/log-excerpt';
import { Processes, RunningProcess } from '../machine/processes';
import { RunFolder } from '../machine/run-folder';
import { UserError } from '../machine/user-error';
import { Vitals } from '../report/report';

const CODE = assetFolder('local-region');
export const REQUIREMENTS = join(CODE, 'requirements.txt');
export const RESOURCE_TYPES = join(CODE, 'resource-types.json');

/** The account of whoever does not care. */
export const ACCOUNT_ID = '000000000000';

const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 3;

/** A region on this machine: one process that answers for all its AWS services. */
export interface LocalRegion {
  readonly name: string;
  /** The URL of all its AWS APIs. */
  readonly endpoint: string;
  /** The id of the account that everybody there is in. */
  readonly accountId: string;
  readonly process: RunningProcess;
  /** Starts another process, with the same address and the same state. */
  readonly launch: () => Promise<RunningProcess>;
}

/** The name by which a local region knows the rehearsal's own clients: it has no faults for them. */
const OBSERVER = 'local-region-observer';

/** Returns the configuration of the SDK's clients of a local region; the keys are no secret, since nothing there checks them. */
export function clientOf({ name, endpoint }: Pick<LocalRegion, 'name' | 'endpoint'>) {
  return { region: name, endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, customUserAgent: OBSERVER };
}

export interface LocalRegionsProps {
  /** The regions, the one that owns the global services first. */
  readonly names: string[];
  /** A Python that has the requirements installed. */
  readonly python: string;
  /** The hosted zones of Route 53 before anything is deployed. */
  readonly hostedZones: readonly HostedZone[];
  /**
   * The id of the account that everybody is in.
   *
   * @default '000000000000'
   */
  readonly accountId?: string;
  /** Seconds. */
  readonly replicationLag: number;
  /** By how much durations, and the periods of alarms, are shorter than on AWS. */
  readonly timeScale: number;
  /**
   * The durations of the app that are shorter; nothing else of it is.
   *
   * @default - none, and no periods of alarms
   */
  readonly durations?: DurationsDescription;
  /**
   * By how much the intervals of CodeDeploy are faster than on AWS.
   *
   * @default - the time scale
   */
  readonly deploymentTimeScale?: number;
  /**
   * Decides in which of the orders that their dependencies allow the resources of a stack are made.
   *
   * @default - another one in each region and at each start
   */
  readonly seed?: number;
  /**
   * Environment variables of the regions, and so of the functions in them.
   *
   * @default - this process's, but for what leads to AWS
   */
  readonly environment?: Readonly<Record<string, string>>;
  readonly processes: Processes;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
}

/** Starts all regions and waits until they answer. */
export async function startLocalRegions(props: LocalRegionsProps): Promise<LocalRegion[]> {
  for (let attempt = 1; ; attempt++) {
    const regions = await spawnAll(props, attempt);
    try {
      await Promise.all(regions.map(async region => untilItAnswers(region, props.signal)));
      return regions;
    } catch (error) {
      // Between being found free and being listened on, a port may be taken
      const portTaken = regions.some(region => /address already in use/i.test(excerptOf(region.process.logFile).lastLines.join('\n')));
      if (!portTaken || attempt === ATTEMPTS) throw error;
      await Promise.all(regions.map(async region => props.processes.stop(region.process)));
    }
  }
}

async function spawnAll(props: LocalRegionsProps, attempt: number): Promise<LocalRegion[]> {
  const { names, folder, hostedZones, accountId = ACCOUNT_ID } = props;
  const ports = await freePorts(names.length);
  const durations = props.durations && folder.file('durations.json', JSON.stringify(props.durations));
  const endpoints = new Map(names.map((name, i) => [name, `http://${HOST}:${ports[i]}`]));
  return Promise.all(names.map(async (name, i) => {
    const args = [
      '-m', 'local_region', '--exit-with-parent',
      '--region', name,
      '--port', String(ports[i]),
      '--state', folder.folder('state', `${name}-${attempt}`),
      '--replication-lag', String(props.replicationLag),
      '--time-scale', String(props.timeScale),
      ...durations ? ['--durations', durations] : [],
      ...props.deploymentTimeScale === undefined ? [] : ['--deployment-time-scale', String(props.deploymentTimeScale)],
      ...props.seed === undefined ? [] : ['--seed', String(props.seed)],
      '--global-services-in', names[0],
      '--account', accountId,
      ...hostedZones.flatMap(({ name: zone, id }) => ['--hosted-zone', `${zone}=${id}`]),
      ...names.filter(peer => peer !== name).flatMap(peer => ['--peer', `${peer}=${endpoints.get(peer)}`]),
    ];
    const launch = async () => props.processes.start(props.python, args, {
      env: { ...withoutAws({ ...process.env, ...props.environment }), PYTHONPATH: CODE, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      logFile: folder.log(attempt === 1 ? name : `${name}-${attempt}`),
      inputStaysOpen: true,
    });
    return { name, endpoint: endpoints.get(name)!, accountId, process: await launch(), launch };
  }));
}

/** Kills the process of a region and all that it started, at once, as `kill -9` does. */
export async function killRegion({ process }: LocalRegion): Promise<void> {
  process.signal('SIGKILL');
  await process.ended;
}

/**
 * Starts a region again that was killed, and waits until it answers: with all that it had acknowledged. What was under way then, its `resumption.py` says.
 * Its endpoint stays the same; faults, the partition and the lag are as at its first start.
 */
export async function startAgain(region: LocalRegion, signal: AbortSignal): Promise<LocalRegion> {
  const again = { ...region, process: await region.launch() };
  await untilItAnswers(again, signal);
  return again;
}

async function untilItAnswers(region: LocalRegion, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (region.process.isRunning()) {
    if (await isServing(region)) {
      return;
    }
    if (Date.now() > deadline) {
      throw new UserError(`The local region ${region.name} does not answer after ${START_TIMEOUT_MS / 1000} s: is this machine very busy?`,
        excerptOf(region.process.logFile));
    }
    await sleep(100, undefined, { signal });
  }
  throw new UserError(`The local region ${region.name} could not be started (it ended with ${await region.process.ended}).`,
    excerptOf(region.process.logFile));
}

/** Cuts a region off from others, or, without any, joins it with all again: neither rows nor events pass, while its customers notice nothing. */
export async function partition(region: LocalRegion, peers: string[]): Promise<void> {
  await control(region, 'partition', { peers });
}

/** Sets the time that rows and events take from a region to the others, from now on. */
export async function setReplicationLag(region: LocalRegion, seconds: number): Promise<void> {
  await control(region, 'replication-lag', { seconds });
}

/** The fault of a deployment. */
export interface DeploymentFault {
  /** The name of the stack. */
  readonly stack: string;
  /** The logical id of the resource, or its type, which means the first resource of that type. */
  readonly resource: string;
  /**
   * The operation that fails: to revert a resource is to update it back, in the rollback of an update.
   *
   * @default 'create'
   */
  readonly operation?: 'create' | 'update' | 'revert' | 'delete';
  /**
   * The message of the service.
   *
   * @default 'Internal Failure'
   */
  readonly reason?: string;
  /**
   * By how many seconds the resource is late, instead of failing; it is named by its type then.
   *
   * @default 0
   */
  readonly seconds?: number;
  /**
   * The number of resources that match and come before it.
   *
   * @default 0
   */
  readonly skip?: number;
}

/** Makes deployments to a region fail from now on, each fault once, by an internal error of a service; faults of earlier calls no longer happen. */
export async function setDeploymentFaults(region: LocalRegion, faults: DeploymentFault[]): Promise<void> {
  await control(region, 'deployment-faults', { faults });
}

/** The fault of an AWS service in a region. */
export interface ServiceFault {
  /** As in an endpoint's name: `dynamodb`, `events`, `sqs`, `states`, `lambda`, `apigateway`. */
  readonly service: string;
  /**
   * The API action, such as `PutItem`.
   *
   * @default - all of the service's
   */
  readonly action?: string;
  /** Requests are throttled, denied, or not answered; or they take some seconds longer. */
  readonly how: 'throttled' | 'denied' | 'expired' | 'silent' | 'slow';
  /**
   * By how much, if they are slow.
   *
   * @default 0
   */
  readonly seconds?: number;
  /**
   * The share of the requests that it hits, from 0 to 1.
   *
   * @default 1
   */
  readonly share?: number;
}

/** Makes services fail in a region from now on; without faults, they work again. Requests of the rehearsal itself are not hit. */
export async function setServiceFaults(region: LocalRegion, faults: readonly ServiceFault[]): Promise<void> {
  await control(region, 'service-faults', { faults });
}

/** A resource that deployed as a mere record, because nothing in the emulator knows it. */
export interface SkippedResource {
  readonly type: string;
  readonly logicalId: string;
  readonly stack: string;
  readonly reason: string;
}

/** Returns the resources that a region has skipped of what is deployed in it. */
export async function skippedIn({ endpoint }: LocalRegion): Promise<SkippedResource[]> {
  const answer = await fetch(`${endpoint}/_local-region/skipped`, { signal: AbortSignal.timeout(5000) });
  return (await answer.json() as { resources: SkippedResource[] }).resources;
}

/** Returns the vitals that a region reports of itself. */
export async function vitalsOf({ endpoint, name }: LocalRegion): Promise<Vitals> {
  const answer = await fetch(`${endpoint}/_local-region/vitals`, { signal: AbortSignal.timeout(2000) });
  if (!answer.ok) throw new Error(`${name} does not tell its vitals: ${answer.status}`);
  return await answer.json() as Vitals;
}

/** Returns the numbers of what a region has handed over to each of the others. */
export async function statusOf({ endpoint }: LocalRegion): Promise<{ peers: Record<string, { sent: number; queued: number }> }> {
  const answer = await fetch(`${endpoint}/_local-region/status`, { signal: AbortSignal.timeout(5000) });
  return await answer.json() as { peers: Record<string, { sent: number; queued: number }> };
}

async function control({ endpoint, name }: LocalRegion, what: string, body: object): Promise<void> {
  const answer = await fetch(`${endpoint}/_local-region/${what}`, { method: 'PUT', body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${name} does not accept ${what}: ${await answer.text()}`);
}

async function isServing({ endpoint, name }: LocalRegion): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_local-region/status`, { signal: AbortSignal.timeout(2000) });
    return answer.ok && (await answer.json() as { region: string }).region === name;
  } catch {
    return false;
  }
}
