import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeploymentWindow, PipelineStageProps } from './pipeline-stage';
import { invalidProp } from '../system/errors';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Longer waits are not documented, and CloudFormation cannot set the time after which a rule gives up. */
const MAX_BAKE = Duration.hours(1);
/** A condition has at most 5 rules, and a rule watches one alarm. */
const MAX_ALARMS = 5;

/** What one action deploys: one stack. */
export interface Deployment {
  readonly region: string;
  readonly stackName: string;
  /** What the CDK CLI calls the stack. */
  readonly stackId: string;
}

/** A stage of the pipeline that deploys: what is in it is deployed side by side. */
export interface DeploymentStage {
  readonly name: string;
  readonly deployments: Deployment[];
  /** The alarms that are watched afterwards. */
  readonly alarms: { readonly region: string; readonly name: string }[];
}

/** How a system is deployed: its stages, in order. */
export interface SystemPlan {
  readonly system: MultiRegionSystem;
  readonly approval: boolean;
  readonly window?: DeploymentWindow;
  readonly bake: Duration;
  readonly stages: DeploymentStage[];
  /** The names of the alarms of each region. */
  readonly alarmNames: { [region: string]: string[] };
}

/** The plan for one system; throws if its props do not fit the system. */
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
  const name = (suffix: string) => `${system.namePrefix}-${suffix}`;
  const deploy = (region: string, stack: Stack): Deployment => ({ region, stackName: stack.stackName, stackId: stack.node.path });
  const waves = [[system.primaryRegion], ...resolveWaves(owner, `${prop}.waves`, props)];
  return {
    system,
    approval,
    window,
    alarmNames,
    bake: resolveBake(owner, `${prop}.bake.duration`, props),
    stages: [
      // What exists once is not baked: nothing runs in it. The region's alarm, a stage later, sees what it did
      { name: name('global'), deployments: [deploy(system.primaryRegion, system.globalStack)], alarms: [] },
      ...waves.map((regions, i) => {
        const alarms = regions.flatMap(region => alarmNames[region].map(alarm => ({ region, name: alarm })));
        if (alarms.length > MAX_ALARMS) {
          throw invalidProp(owner, regions.length > 1 ? `${prop}.waves[${i - 1}]` : `${prop}.bake.alarmNames of ${regions[0]}`, alarms.map(alarm => alarm.name),
            `at most ${MAX_ALARMS} alarms in a stage, because CodePipeline watches no more`);
        }
        return {
          name: name(regions.length > 1 ? `wave-${i}` : regions[0]),
          deployments: regions.map(region => deploy(region, system.stackIn(region))),
          alarms,
        };
      }),
    ],
  };
}

/** The plan without what is in one region: that is lost when this plan is needed. Nothing, if nothing is left. */
export function withoutRegion(plan: SystemPlan, lost: string): SystemPlan[] {
  const stages = plan.stages.map(stage => ({
    ...stage,
    deployments: stage.deployments.filter(({ region }) => region !== lost),
    alarms: stage.alarms.filter(({ region }) => region !== lost),
  })).filter(({ deployments }) => deployments.length > 0);
  return stages.length > 0 ? [{ ...plan, stages }] : [];
}

/** Whether the system is, as far as is known at synthesis, in another account than a stack. */
export function isForeign(system: MultiRegionSystem, stack: Stack): boolean {
  const { account } = system.globalStack;
  return !Token.isUnresolved(account) && account !== stack.account;
}

function resolveBake(owner: Construct, prop: string, { bake }: PipelineStageProps): Duration {
  const duration = bake?.duration ?? Duration.minutes(10);
  const seconds = duration.toSeconds({ integral: false });
  if (seconds < 60 || seconds % 60 !== 0 || seconds > MAX_BAKE.toSeconds()) {
    throw invalidProp(owner, prop, duration.toHumanString(), `whole minutes, from 1 to ${MAX_BAKE.toMinutes()}`);
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
