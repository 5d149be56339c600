import { Arrow, arrows } from './graph';
import { Inventory } from './inventory';

/** Replicas of a global table: each sends what it takes to all others. */
export function replication(inventory: Inventory): Arrow[] {
  return inventory.all('AWS::DynamoDB::GlobalTable').flatMap(table => {
    const replicas = inventory.partsOf(table);
    return replicas.flatMap(replica => arrows([replica], replicas.filter(other => other !== replica)));
  });
}
