import { Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';

/** Above that, a warning says what is reserved in a region: a fifth of the default quota. */
const MUCH = 200;

/** Returns what to say of the regions of which some stacks reserve much, those of the user's functions included; undefined if none does. */
export function reservationWarning(stacks: Stack[]): string | undefined {
  const byRegion = new Map<string, number>();
  for (const { node, region } of stacks) {
    const reserved = node.findAll().map(child => (child instanceof CfnFunction ? child.reservedConcurrentExecutions ?? 0 : 0));
    byRegion.set(region, reserved.reduce((sum, each) => sum + each, byRegion.get(region) ?? 0));
  }
  const much = [...byRegion].filter(([, sum]) => sum > MUCH).map(([region, sum]) => `${sum} in ${region}`);
  return much.length === 0 ? undefined : `functions reserve a concurrency of ${much.join(', ')}. Lambda refuses a reservation that leaves less than 100 of the account's quota, 1000 by default, `
    + 'and all functions without one share what is left: have the quota raised before you deploy, or reserve less';
}
