import { SystemDescription } from '../../../system/system-description';
import { Nemesis } from '../nemesis';
import { oneRegion, pick } from '../targets';
import { failServices } from './service-faults';

/** Such that the SDK's three tries are enough for most requests, and not for all: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const SHARE = 0.2;
const SERVICES = 2;

/** Services refuse some of the requests, as they do when there are too many: retries, and dead letters that are sent again, must carry it. */
export const THROTTLE: Nemesis = {
  name: 'throttle',
  summary: 'services of a region refuse some of the requests, as if there were too many',
  leaves: false,
  mayFail: () => true,
  // a start that comes too late is a peer's
  mayDouble: true,
  redrives: 'hit',
  lacks: ({ system }) => (servicesOf(system).length === 0 ? 'the system uses no service that could be throttled' : undefined),
  targets: oneRegion,
  inject: async (stage, targets) => {
    let left = servicesOf(stage.system);
    const chosen: string[] = [];
    while (chosen.length < SERVICES && left.length > 0) {
      const service = pick(left, stage.random);
      chosen.push(service);
      left = left.filter(other => other !== service);
    }
    stage.section.note(`In ${targets.join(' and ')}, ${chosen.join(' and ')} refuse ${SHARE * 100} % of the requests.`);
    return failServices(stage, targets, chosen.map(service => ({ service, how: 'throttled', share: SHARE })));
  },
};

/** Returns the services that functions call, by the names of their endpoints. */
export function servicesOf({ tables, buses, workflows, queues }: SystemDescription): string[] {
  const uses = [['dynamodb', tables], ['events', buses], ['states', workflows], ['sqs', queues]] as const;
  return uses.filter(([, things]) => things.length > 0).map(([service]) => service);
}
