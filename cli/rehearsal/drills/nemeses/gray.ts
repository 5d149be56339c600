import { anyOf, NO_API, NO_TABLE, NO_WORKLOAD } from '../lacks';
import { Nemesis } from '../nemesis';
import { checkStays } from '../stays';
import { oneRegion } from '../targets';
import { failServices } from './service-faults';

const SECONDS = 0.4;

/** The tables of a region are slow. Health is shallow by design, so nobody is led elsewhere: its customers wait, and their writes are safe. */
export const GRAY: Nemesis = {
  name: 'gray',
  summary: 'the tables of a region are slow, which its health checks do not see: its customers stay and wait',
  leaves: false,
  // a function that makes many calls may come to the end of its time
  mayFail: () => true,
  mayDouble: false,
  redrives: 'hit',
  lacks: anyOf(NO_API, NO_TABLE, NO_WORKLOAD),
  targets: oneRegion,
  inject: async (stage, targets) => {
    stage.section.note(`Every request to DynamoDB in ${targets.join(' and ')} takes ${SECONDS} s longer.`);
    return failServices(stage, targets, [{ service: 'dynamodb', how: 'slow', seconds: SECONDS }]);
  },
  whileThere: checkStays,
};
