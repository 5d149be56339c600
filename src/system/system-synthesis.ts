import { Aspects, attachCustomSynthesis, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { isAcknowledged } from './acknowledge';
import { carryDescriptions } from './describe';
import { Notices } from './notices';
import { fullness } from './region-stacks';
import { refuseMissingTypes } from './regional-types';
import { findRenderedReferences } from './rendered-references';
import { reservationWarning } from './reservation-warning';
import { Waves } from './waves';

/** The id of the warning that much concurrency is reserved. */
const MUCH_RESERVED = 'cdk-multi-region:reservedConcurrency';

/**
 * Has the stacks of a system put into waves at its synthesis, when all of them are there, with all that is to be said of them; and has the synthesis fail for stacks that cannot be deployed, or not while another region is down.
 */
export function synthesizeInWaves(system: Construct, waves: Waves, retiringRegions: string[], notices: Notices): void {
  let isOrdered = false;
  const prepare = () => {
    const { stacks, home } = waves;
    if (!home) return;
    if (!isOrdered) {
      waves.order(retiringRegions);
      carryDescriptions(system, home);
    }
    isOrdered = true;
    notices.attachTo(home);
    warnOfQuotas(system, stacks, home);
  };
  system.node.addValidation({ validate: () => waves.wrongDependencies() });
  system.node.addValidation({ validate: () => waves.stacks.flatMap(stack => fullness(stack).error ?? []) });
  refuseMissingTypes(system, () => waves.stacks.map(stack => ({ stack, region: stack.region })));
  Aspects.of(system).add({ visit: node => node === system && prepare() });
  // called after the stacks have been written, which are within the system
  attachCustomSynthesis(system, { onSynthesize: ({ outdir }) => requireOwnReferences(waves.stacks, outdir) });
}

function warnOfQuotas(system: Construct, stacks: Stack[], home: Stack): void {
  const reservation = reservationWarning(stacks);
  if (reservation && !isAcknowledged(system, MUCH_RESERVED)) Validations.of(home).addWarning(MUCH_RESERVED, `${system.node.path}: ${reservation}`);
  for (const stack of stacks) {
    const { warning } = fullness(stack);
    if (warning) Validations.of(stack).addWarning('cdk-multi-region:manyResources', warning);
  }
}

/** Throws if a template that was written refers to another stack. */
function requireOwnReferences(stacks: Stack[], directory: string): void {
  const errors = findRenderedReferences(stacks, directory);
  if (errors.length > 0) throw new Error(errors.join('\n'));
}
