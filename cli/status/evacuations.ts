import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RegionClients } from './region-clients';
import { AskedSystem } from '../operate/asked-system';
import { ControlTable, Evacuations } from '../operate/control-table';
import { isMissing } from '../operate/problem';

/** Reads all evacuations that a region knows of; nothing if there is no control table. */
export async function evacuationsIn({ regions, controlTable }: AskedSystem, clients: RegionClients): Promise<Evacuations | undefined> {
  try {
    return await new ControlTable(async () => clients.of(DynamoDBClient), controlTable).evacuationsOf(regions);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
