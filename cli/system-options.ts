import { Command } from 'commander';
import { parseRegionNames, parseSystemName } from './system/names';
import { controlTableName } from '../src/evacuation-switch/constants';
import { GatedSystem } from '../src/multi-region-pipeline/gate-question.lambda';
import { NamedRegions, parseRegions } from '../src/multi-region-pipeline/operator-word';
import { unhealthyAlarmName } from '../src/system/unhealthy-alarm-name';

/** The placeholder for the region in a name that differs by region. */
const REGION = '{region}';

interface SystemOptions {
  readonly system: string;
  readonly regions: string[];
  readonly target: string[];
  readonly lost: string;
  readonly unhealthy: string;
  readonly alarm?: string[];
  readonly roleArn?: string;
}

/** The system and the deployment that the options of a command name. */
export interface AskedDeployment {
  readonly system: GatedSystem;
  readonly targets: string[];
  readonly named: NamedRegions;
  /** Indicates whether somebody has named the alarms. */
  readonly areAlarmsNamed: boolean;
}

/** Adds the options of a command that asks the regions of a system about a deployment. */
export function withSystemOptions(command: Command): Command {
  return command
    .requiredOption('--system <name>', 'what the names of the system\'s stacks begin with: its name, behind that of its stage if it has one (Orders, Prod-Orders)', parseSystemName)
    .requiredOption('--regions <names>', 'all regions of the system, separated by commas', parseRegionNames)
    .requiredOption('--target <names>', 'the regions that are deployed to, separated by commas', parseRegionNames)
    .option('--lost <names>', 'regions that are lost: they are not deployed to, and not asked', 'none')
    .option('--unhealthy <names>', 'regions that the deployment is to cure: neither their alarms nor their evacuation count', 'none')
    .option('--alarm <name>', `an alarm to ask for instead of the composite alarm of the region; ${REGION} in it stands for the region; may be repeated`, collect)
    .option('--role-arn <arn>', `a role to assume in each region, if the system is in another account; ${REGION} in it stands for the region`);
}

/** Reads those options; ends with an error of usage if one does not fit the others. */
export function askedDeployment(command: Command): AskedDeployment {
  const { system, regions, target: targets, lost, unhealthy, alarm: alarms, roleArn } = command.opts<SystemOptions>();
  const unknown = targets.find(target => !regions.includes(target));
  if (unknown !== undefined) command.error(`error: --target names ${unknown}; allowed: ${regions.join(', ')}`);
  const named = (option: string, value: string) => {
    try {
      return parseRegions(option, value, regions);
    } catch (error) {
      return command.error(`error: ${(error as Error).message}`);
    }
  };
  const forEach = <T>(value: (region: string) => T) => Object.fromEntries(regions.map(region => [region, value(region)]));
  const inRegion = (text: string, region: string) => text.replaceAll(REGION, region);
  return {
    system: {
      regions,
      alarmNames: forEach(region => alarms?.map(alarm => inRegion(alarm, region)) ?? [unhealthyAlarmName(system, region)]),
      roleArns: roleArn === undefined ? {} : forEach(region => inRegion(roleArn, region)),
      controlTableName: controlTableName(system),
    },
    targets,
    named: { lost: named('--lost', lost), unhealthy: named('--unhealthy', unhealthy) },
    areAlarmsNamed: alarms !== undefined,
  };
}

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];
