import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeploymentWindow, PipelineStageProps } from './pipeline-stage';
import { SystemStack, SystemStacks } from './system-stacks';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/**
 * An action that invokes a function ends after a day.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
const MAX_BAKE = Duration.hours(23);
/**
 * CloudWatch describes as many alarms at once.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
const MAX_ALARMS = 100;

/** The most actions of a stage. */
export const MAX_ACTIONS = 50;

/** The deployment of one stack by one action. */
export interface Deployment extends SystemStack {
  readonly actionName: string;
  /** Its place among the actions of its stage: those of equal places run side by side. */
  readonly runOrder: number;
}

/** A stage of the pipeline that deploys. */
export interface DeploymentStage {
  readonly name: string;
  readonly deployments: Deployment[];
  /** Indicates whether its regions are watched afterwards, and rolled back if an alarm fires. */
  readonly isBaked: boolean;
}

/** The plan by which a system is deployed: its stages, in order. */
export interface SystemPlan {
  readonly system: MultiRegionSystem;
  readonly stacks: SystemStacks;
  readonly approval: boolean;
  readonly window?: DeploymentWindow;
  readonly bake: Duration;
  readonly stages: DeploymentStage[];
  /** The names of the alarms of each region. */
  readonly alarmNames: { [region: string]: string[] };
  /** Indicates whether somebody has named the alarms. */
  readonly areAlarmsNamed: boolean;
}

/** Returns the plan for one system; throws if its props do not fit the system. */
export function planSystem(owner: Construct, prop: string, props: PipelineStageProps): SystemPlan {
  const { system, approval = false, deploymentWindow: window } = props;
  if (!(system instanceof MultiRegionSystem)) {
    const given: unknown = system;
    throw invalidProp(owner, `${prop}.system`, Construct.isConstruct(given) ? given.node.path : given, 'a MultiRegionSystem');
  }
  if (typeof approval !== 'boolean') {
    throw invalidProp(owner, `${prop}.approval`, approval, 'true or false');
  }
  validateWindow(owner, `${prop}.deploymentWindow`, window);
  const alarmNames = resolveAlarms(owner, `${prop}.bake.alarmNames`, props);
  const stacks = new SystemStacks(system);
  return {
    system,
    stacks,
    approval,
    window,
    alarmNames,
    areAlarmsNamed: props.bake?.alarmNames !== undefined,
    bake: resolveBake(owner, `${prop}.bake.duration`, props),
    stages: [
      // What exists once is not baked: nothing runs in it. The region's alarm, a stage later, sees what it did
      { name: `${system.namePrefix}-global`, deployments: [deployment(stacks.global)], isBaked: false },
      ...regionalStages(owner, prop, props, stacks),
      ...meshStages(system, stacks),
    ],
  };
}

/** Returns the stages of regions. Units come before what may trigger them. */
function regionalStages(owner: Construct, prop: string, props: PipelineStageProps, stacks: SystemStacks): DeploymentStage[] {
  const { system } = props;
  const last = stacks.units.length > 0 ? 2 : 1;
  return [[system.primaryRegion], ...resolveWaves(owner, `${prop}.waves`, props)].map((regions, i) => {
    const deployments = regions.flatMap(region => stacks.regionalIn(region).map(stack => deployment(stack, stack.unit === undefined ? last : 1)));
    // the bake is one more
    if (deployments.length >= MAX_ACTIONS) {
      throw invalidProp(owner, regions.length > 1 ? `${prop}.waves[${i - 1}]` : `${prop}.system`, `${deployments.length} stacks`, `at most ${MAX_ACTIONS - 1} stacks in a stage, because CodePipeline takes no more actions`);
    }
    return { name: `${system.namePrefix}-${regions.length > 1 ? `wave-${i}` : regions[0]}`, deployments, isBaked: true };
  });
}

/**
 * Returns the stage that connects the regions with each other and with their customers, when all of them are there: one, unless that is more actions than a stage takes.
 *
 * It is not baked, and not taken back. Its alarms are about peers, so the alarms of the regions themselves would show nothing of it but what they show already; an ordinary deployment changes nothing in it; and what fails in
 * one region is right in the others.
 */
function meshStages(system: MultiRegionSystem, stacks: SystemStacks): DeploymentStage[] {
  const perStage = Math.floor(MAX_ACTIONS / (stacks.units.length + 1));
  const count = Math.ceil(system.regions.length / perStage);
  return Array.from({ length: count }, (_, i) => ({
    name: `${system.namePrefix}-mesh${count > 1 ? `-${i + 1}` : ''}`,
    deployments: system.regions.slice(i * perStage, (i + 1) * perStage).flatMap(region => stacks.meshIn(region).map(stack => deployment(stack))),
    isBaked: false,
  }));
}

function deployment(stack: SystemStack, runOrder = 1): Deployment {
  return { ...stack, runOrder, actionName: stack.unit === undefined ? stack.region : `${stack.unit}-${stack.region}` };
}

/** Returns the plan without what is in one region: that is lost when this plan is needed. Nothing, if nothing is left. */
export function withoutRegion(plan: SystemPlan, lost: string): SystemPlan[] {
  const stages = plan.stages.map(stage => ({
    ...stage,
    deployments: stage.deployments.filter(({ region }) => region !== lost),
  })).filter(({ deployments }) => deployments.length > 0);
  return stages.length > 0 ? [{ ...plan, stages }] : [];
}

/** Returns the regions that a stage deploys to. */
export function targetsOf({ deployments }: DeploymentStage): string[] {
  return [...new Set(deployments.map(({ region }) => region))];
}

/** Returns whether the system is, as far as is known at synthesis, in another account than a stack. */
export function isForeign(system: MultiRegionSystem, stack: Stack): boolean {
  return system._account !== undefined && system._account !== stack.account;
}

function resolveBake(owner: Construct, prop: string, { bake }: PipelineStageProps): Duration {
  const duration = bake?.duration ?? Duration.minutes(10);
  const seconds = duration.toSeconds({ integral: false });
  if (seconds < 60 || seconds % 60 !== 0 || seconds > MAX_BAKE.toSeconds()) {
    throw invalidProp(owner, prop, duration.toHumanString(), `whole minutes, from 1 minute to ${MAX_BAKE.toHours()} hours`);
  }
  return duration;
}

function resolveAlarms(owner: Construct, prop: string, { system, bake }: PipelineStageProps): { [region: string]: string[] } {
  const given = bake?.alarmNames;
  if (given === undefined) {
    return Object.fromEntries(system.regions.map(region => [region, [system.unhealthyAlarmNameIn(region)]]));
  }
  const unknown = Object.keys(given).find(region => !system.regions.includes(region));
  if (unknown !== undefined) {
    throw invalidProp(owner, prop, unknown, `regions of this system: ${system.regions.join(', ')}`);
  }
  for (const region of system.regions) {
    const names = given[region];
    if (!Array.isArray(names) || names.length === 0 || names.some(name => typeof name !== 'string' || name === '' || Token.isUnresolved(name))) {
      throw invalidProp(owner, `${prop} of ${region}`, names, 'at least one literal name of an alarm for every region');
    }
    if (names.length > MAX_ALARMS) {
      throw invalidProp(owner, `${prop} of ${region}`, `${names.length} names`, `at most ${MAX_ALARMS}: name a composite alarm of them`);
    }
  }
  return given;
}

function resolveWaves(owner: Construct, prop: string, { system, waves }: PipelineStageProps): string[][] {
  const secondaries = system.regions.slice(1);
  if (waves === undefined) return secondaries.map(region => [region]);
  const named = Array.isArray(waves) ? waves.flat() : [];
  if ([...named].sort().join() !== [...secondaries].sort().join() || waves.some(wave => wave.length === 0)) {
    throw invalidProp(owner, prop, waves, `lists that hold each secondary region once (${secondaries.join(', ') || 'there is none'}), none empty`);
  }
  return waves;
}

function validateWindow(owner: Construct, prop: string, window?: DeploymentWindow): void {
  if (window === undefined) return;
  if (typeof window.cron !== 'string' || !/^\S+( \S+){5,6}$/.test(window.cron)) {
    throw invalidProp(owner, `${prop}.cron`, window.cron, 'a cron expression of 6 or 7 fields, the seconds first');
  }
  if (window.timeZone !== undefined && !/^([A-Z][A-Za-z]*(\/[A-Za-z_-]+)+|UTC([+-]\d\d:\d\d)?|[A-Z]{3,5})$/.test(window.timeZone)) {
    throw invalidProp(owner, `${prop}.timeZone`, window.timeZone, 'a time zone, such as Australia/Sydney, UTC+10:00 or AEST');
  }
}
