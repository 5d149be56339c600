import { AskedSystem } from './asked-regions.lambda';
import { ALARM_NAMES, KNOWN_REGIONS, PIPELINE_NAME, ROLE_ARNS, SYSTEM_REGIONS } from './constants';

/** The environment that `askingFunction` gives to a handler. */
export const pipelineName = process.env[PIPELINE_NAME]!;
/** The regions of all systems of the pipeline. */
export const knownRegions = process.env[KNOWN_REGIONS]!.split(',');
/** The system whose regions are asked. */
export const system: AskedSystem = {
  regions: process.env[SYSTEM_REGIONS]!.split(','),
  alarmNames: JSON.parse(process.env[ALARM_NAMES]!),
  roleArns: JSON.parse(process.env[ROLE_ARNS]!),
};
