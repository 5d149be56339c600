import { expectDenials } from '../expected-denials';
import { anyOf, NO_DOMAIN, ONE_REGION } from '../lacks';
import { Nemesis } from '../nemesis';
import { Stage } from '../stage';
import { oneRegion, regionsNamed } from '../targets';
import { withUndo } from '../undo';

/**
 * The function behind the health check of a region is deleted: whatever else works there, its customers are led elsewhere, until the function is there again.
 *
 * @see https://repost.aws/knowledge-center/api-gateway-internal-server-error for what API Gateway answers without it
 */
export const DELETE_FUNCTION: Nemesis = {
  name: 'delete-function',
  summary: 'the function that answers health checks of a region is deleted, and made again',
  leaves: true,
  // what the built-in workload reads is health
  mayFail: ({ workload }) => workload === undefined,
  mayDouble: false,
  lacks: anyOf(ONE_REGION, NO_DOMAIN),
  targets: oneRegion,
  inject: async (stage, targets) => {
    const regions = await Promise.all(regionsNamed(stage, targets).map(async region => ({
      region, denials: await region.denials(), deployed: await region.functions.read(healthOf(stage).healthFunction),
    })));
    const takeBack = await withUndo(async undo => {
      for (const { deployed } of regions) {
        undo(async () => deployed.recreate());
        await deployed.delete();
      }
    });
    return async () => {
      await takeBack();
      for (const { region, denials } of regions) {
        await stage.section.check(`IAM in ${region.name} denied nothing but calls of the function that was not there`, async () => (
          expectDenials(stage, region, denials, [healthOf(stage).healthFunction])
        ));
      }
    };
  },
  whileThere: async (stage, targets) => {
    for (const region of regionsNamed(stage, targets)) {
      await stage.section.check(`${region.name} answers health checks with an error`, async () => {
        const { status } = await region.request('GET', healthOf(stage).healthPath);
        if (status < 400) throw new Error(`${status}, although there is no function`);
        return String(status);
      });
    }
  },
};

function healthOf({ system }: Stage) {
  return system.apis[0];
}
