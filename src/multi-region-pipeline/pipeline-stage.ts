import { Duration } from 'aws-cdk-lib';
import { MultiRegionSystem } from '../system/multi-region-system';

/** The watch over a region after its deployment, before the pipeline goes on. */
export interface BakeProps {
  /**
   * The length, in whole minutes, from 1 minute to 23 hours.
   *
   * @default Duration.minutes(10)
   */
  readonly duration?: Duration;

  /**
   * The names of the alarms of each region, for every region of the system: each is an alarm in that region, and must exist when the region has been deployed to. At most 100 a region.
   *
   * @default - the composite alarm of each region, `<system>-<region>-unhealthy`
   */
  readonly alarmNames?: { [region: string]: string[] };
}

/** The times at which a system may be deployed to. */
export interface DeploymentWindow {
  /**
   * The times, as a cron expression of seconds, minutes, hours, day of month, month, day of week, and year if you like: `* * 9-16 ? * MON-THU *`.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
   */
  readonly cron: string;

  /**
   * The time zone, such as `Australia/Sydney`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/** One system that a pipeline deploys. */
export interface PipelineStageProps {
  /**
   * The system, with its units. Only its regions, account, name, path and units count, which must be the same as in the application: nothing of what is in it comes into the
   * pipeline. So one without content will do, in an app that is never synthesized: `new MultiRegionSystem(new App({ autoSynth: false }), …)`, and in it `new SystemUnit(system, …)` for each unit.
   *
   * A system of another account must have been bootstrapped to trust the pipeline's: `cdk bootstrap --trust <account of the pipeline> …`.
   */
  readonly system: MultiRegionSystem;

  /**
   * Indicates whether somebody must approve before anything of this system is deployed. The notification topic gets the commit and the stacks.
   *
   * @default false
   */
  readonly approval?: boolean;

  /**
   * The watch over each region before the next one is touched. If an alarm is in ALARM meanwhile, or a region does not answer for 5 minutes, the stage is rolled back, and the execution ends.
   *
   * @default - 10 minutes, by the region's own alarm
   */
  readonly bake?: BakeProps;

  /**
   * The secondary regions, in waves that are deployed side by side: each region in one wave. The primary region is alone in front of them.
   *
   * @default - each secondary region alone, in the system's order
   */
  readonly waves?: string[][];

  /**
   * The times at which this system may be deployed to. An execution waits in front of the system until the window opens; once in it, it goes through all regions,
   * also when the window closes meanwhile: half a system in another version overnight is worse than a late deployment.
   *
   * @default - at all times
   */
  readonly deploymentWindow?: DeploymentWindow;
}
