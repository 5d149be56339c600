import { ServiceFault } from '../../regions/local-region';
import { Stage } from '../stage';
import { regionsNamed } from '../targets';
import { withUndo } from '../undo';

/** Makes services of regions fail, besides whatever fails there already. */
export async function failServices(stage: Stage, targets: readonly string[], faults: readonly ServiceFault[]): Promise<() => Promise<void>> {
  return withUndo(async undo => {
    for (const region of regionsNamed(stage, targets)) {
      undo(async () => region.removeServiceFaults(faults));
      await region.addServiceFaults(faults);
    }
  });
}
