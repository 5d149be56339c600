import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { alarmStates, AskedSystem, clientsIn } from './asked-regions.lambda';
import { refusals, RegionReport } from './gate-decision';
import { NamedRegions } from './operator-word';
import { evacuationKey } from '../evacuation-switch/constants';

/** The system that a gate asks about. */
export interface GatedSystem extends AskedSystem {
  readonly controlTableName: string;
}

/** The answer of a gate about the regions that are to be deployed to. */
export type GateAnswer = { readonly succeeds: string } | { readonly fails: string };

/** Returns whether nothing is to be deployed, because all targets are named as lost: nothing needs to be asked then. */
export const areAllLost = (targets: string[], { lost }: NamedRegions): boolean => targets.every(target => lost.includes(target));

/** Asks the regions of a system, other than those that are named as lost, whether some of them may be deployed to. */
export async function askGate(system: GatedSystem, targets: string[], named: NamedRegions): Promise<GateAnswer> {
  const lostTargets = targets.filter(target => named.lost.includes(target));
  if (areAllLost(targets, named)) return { succeeds: `${lostTargets.join(', ')} is named as lost: nothing is deployed there` };
  const asked = system.regions.filter(region => !named.lost.includes(region));
  const reasons = refusals(targets, named, await Promise.all(asked.map(region => report(system, region))));
  if (reasons.length > 0) return { fails: reasons.join('; ') };
  return { succeeds: lostTargets.length > 0 ? `may be deployed to, without ${lostTargets.join(', ')}, which is named as lost` : 'may be deployed to' };
}

async function report(system: GatedSystem, region: string): Promise<RegionReport> {
  try {
    const clientOf = await clientsIn(system, region);
    const [evacuated, alarms] = await allAnswers([
      evacuatedRegions(system, clientOf(DynamoDBClient)),
      alarmStates(clientOf(CloudWatchClient), system.alarmNames[region]),
    ]);
    // an alarm that does not exist is not in ALARM: it may come with this deployment
    return { region, evacuated, unhealthyAlarms: [...alarms].filter(([, state]) => state === 'ALARM').map(([name]) => name) };
  } catch (error) {
    return { region, evacuated: [], unhealthyAlarms: [], error: (error as Error).name };
  }
}

async function evacuatedRegions({ regions, controlTableName: TableName }: GatedSystem, dynamodb: DynamoDBClient): Promise<string[]> {
  const found = await allAnswers(regions.map(async region => {
    try {
      const { Item } = await dynamodb.send(new GetItemCommand({
        TableName, Key: { pk: { S: evacuationKey(region) } }, ConsistentRead: true, ProjectionExpression: 'pk',
      }));
      return Item !== undefined;
    } catch (error) {
      // before the first deployment, or in a system without the switch, there is no table: nothing can be evacuated
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  }));
  return regions.filter((_, i) => found[i]);
}

/**
 * Settles as `Promise.all` does, but when one is an error it waits for the others: a call that is still under way when the function has answered
 * would go on in its next run.
 */
async function allAnswers<T extends readonly unknown[] | []>(answers: T): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(answers);
  return Promise.all(answers);
}
