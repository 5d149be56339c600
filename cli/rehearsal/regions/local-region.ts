import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { HostedZone } from '../dns/hosted-zone';
import { Advice } from '../machine/advice';
import { withoutAws } from '../machine/environment';
import { freePorts, HOST } from '../machine/free-ports';
import { excerptOf } from '../machine/log-excerpt';
import { Processes, RunningProcess } from '../machine/processes';
import { RunFolder } from '../machine/run-folder';

const CODE = join(__dirname, '../local-region');
export const REQUIREMENTS = join(CODE, 'requirements.txt');
export const RESOURCE_TYPES = join(CODE, 'resource-types.json');

const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 3;

/** A region on this machine: one process that answers for all its AWS services. */
export interface LocalRegion {
  readonly name: string;
  /** The URL of all its AWS APIs. */
  readonly endpoint: string;
  readonly process: RunningProcess;
}

/** What the SDK's clients of a local region are made with; the keys are no secret, since nothing there checks them. */
export function clientOf({ name, endpoint }: LocalRegion) {
  return { region: name, endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export interface LocalRegionsProps {
  /** The regions, the one that owns the global services first. */
  readonly names: string[];
  /** A Python that has the requirements installed. */
  readonly python: string;
  /** What there is in Route 53 before anything is deployed. */
  readonly hostedZone: HostedZone;
  /** Seconds. */
  readonly replicationLag: number;
  /** By how much schedules, and what functions are told in seconds, are faster than on AWS. */
  readonly timeScale: number;
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
  const { names, folder, hostedZone } = props;
  const ports = await freePorts(names.length);
  const endpoints = new Map(names.map((name, i) => [name, `http://${HOST}:${ports[i]}`]));
  return Promise.all(names.map(async (name, i) => ({
    name,
    endpoint: endpoints.get(name)!,
    process: await props.processes.start(props.python, [
      '-m', 'local_region', '--exit-with-parent',
      '--region', name,
      '--port', String(ports[i]),
      '--state', folder.folder('state', `${name}-${attempt}`),
      '--replication-lag', String(props.replicationLag),
      '--time-scale', String(props.timeScale),
      ...props.deploymentTimeScale === undefined ? [] : ['--deployment-time-scale', String(props.deploymentTimeScale)],
      ...props.seed === undefined ? [] : ['--seed', String(props.seed)],
      '--global-services-in', names[0],
      '--hosted-zone', `${hostedZone.name}=${hostedZone.id}`,
      ...names.filter(peer => peer !== name).flatMap(peer => ['--peer', `${peer}=${endpoints.get(peer)}`]),
    ], {
      env: { ...withoutAws(), PYTHONPATH: CODE, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      logFile: folder.log(attempt === 1 ? name : `${name}-${attempt}`),
      inputStaysOpen: true,
    }),
  })));
}

async function untilItAnswers(region: LocalRegion, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (region.process.isRunning()) {
    if (await isServing(region)) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Advice(`The local region ${region.name} does not answer after ${START_TIMEOUT_MS / 1000} s: is this machine very busy?`,
        excerptOf(region.process.logFile));
    }
    await sleep(100, undefined, { signal });
  }
  throw new Advice(`The local region ${region.name} could not be started (it ended with ${await region.process.ended}).`,
    excerptOf(region.process.logFile));
}

/** Cuts a region off from others, or, without any, joins it with all again: neither rows nor events pass, while its customers notice nothing. */
export async function partition(region: LocalRegion, peers: string[]): Promise<void> {
  await control(region, 'partition', { peers });
}

/** How long rows and events take from a region to the others, from now on. */
export async function setReplicationLag(region: LocalRegion, seconds: number): Promise<void> {
  await control(region, 'replication-lag', { seconds });
}

/** What is to fail of a deployment. */
export interface DeploymentFault {
  /** The name of the stack. */
  readonly stack: string;
  /** The logical id of the resource, or its type, which means the first resource of that type. */
  readonly resource: string;
  /**
   * When it fails; to revert a resource is to update it back, in the rollback of an update.
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
   * How many resources that match come before it.
   *
   * @default 0
   */
  readonly skip?: number;
}

/** Makes deployments to a region fail from now on, each fault once, by an internal error of a service; faults of earlier calls no longer happen. */
export async function setDeploymentFaults(region: LocalRegion, faults: DeploymentFault[]): Promise<void> {
  await control(region, 'deployment-faults', { faults });
}

/** What is to fail of EventBridge in a region. */
export interface EventFaults {
  /**
   * How requests to publish fail: the request is throttled or denied, its entries are refused, or there is no answer.
   *
   * @default - they do not
   */
  readonly putEvents?: 'throttled' | 'denied' | 'refused' | 'silent';
  /**
   * Whether the pipes stand still.
   *
   * @default false
   */
  readonly pipes?: boolean;
}

/** Makes EventBridge fail in a region from now on; without faults, it works again. */
export async function setEventFaults(region: LocalRegion, faults: EventFaults): Promise<void> {
  await control(region, 'event-faults', faults);
}

/** What a region has handed over to each of the others. */
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
