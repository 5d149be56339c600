import { NO_DOMAIN, anyOf, ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { oneRegion } from '../targets';
import { beyondPatience } from '../timing';
import { failServices } from './service-faults';

/** Every answer of a region's API comes, but later than a health check waits for it: the region is taken out although it is up. */
export const SLOW: Nemesis = {
  name: 'slow',
  summary: 'the API of a region answers later than health checks wait for, so that they take the region out',
  leaves: true,
  // a customer may be less patient
  mayFail: () => true,
  mayDouble: false,
  lacks: anyOf(ONE_REGION, NO_DOMAIN),
  targets: oneRegion,
  inject: async (stage, targets) => {
    const seconds = beyondPatience(stage);
    stage.section.note(`Every answer of the API in ${targets.join(' and ')} takes ${seconds} s longer.`);
    return failServices(stage, targets, [{ service: 'apigateway', how: 'slow', seconds }]);
  },
};
