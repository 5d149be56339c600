import { randomUUID } from 'crypto';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { arrival, arrivalFinding } from './arrival';
import { nothingToLookAt } from './looking';
import { withUndo } from './with-undo';
import { isProblem, settled } from '../../operate/answers';
import { isSilence } from '../../operate/problem';
import { RegionAccess } from '../../operate/region-access';
import { DoctorCheck, Finding, Patient } from '../check';

export const ROWS_PASS: DoctorCheck = {
  name: 'rows-pass',
  claim: 'A row that is written in a region arrives in every peer. It is one of the control table that is no evacuation, and is deleted again.',
  when: 'after deployment',
  isProbe: true,
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  examine: async ({ system, accesses }) => {
    if (system.description && system.description.controlTable === undefined) return nothingToLookAt('no control table');
    if (accesses.length === 1) return nothingToLookAt('one region');
    const rows = accesses.map(access => new ProbeRow(access, system.controlTable));
    const left: Finding[] = [];
    const found = await withUndo(
      stopped => Promise.all(rows.map(row => passage(row, accesses, stopped))),
      async () => { left.push(...(await Promise.all(rows.map(row => row.remove(accesses)))).flat()); },
    );
    return [...found.flat(), ...left];
  },
};

async function passage(row: ProbeRow, accesses: Patient['accesses'], stopped: AbortSignal): Promise<Finding[]> {
  const { region } = row.origin;
  const written = await settled(row.write());
  if (isProblem(written)) return [{ region, verdict: 'unknown', says: `no row can be written to ${row.table}: ${written.problem}` }];
  const peers = accesses.filter(access => access !== row.origin);
  return Promise.all(peers.map(async peer => arrivalFinding(
    peer.region, `a row of ${region}`, await arrival(() => row.isIn(peer), stopped),
    `see whether ${row.table} has an active replica in both regions, by aws dynamodb describe-table, and its metric ReplicationLatency`,
  )));
}

/** A row of one region, which means nothing to anybody. */
class ProbeRow {
  private readonly key = { pk: { S: `doctor#${randomUUID()}` } };
  private mayBeThere = false;

  constructor(readonly origin: RegionAccess, readonly table: string) {}

  public async write(): Promise<void> {
    const client = await this.origin.client(DynamoDBClient);
    const at = new Date().toISOString();
    // also if it has no answer
    this.mayBeThere = true;
    try {
      await client.send(new PutItemCommand({ TableName: this.table, Item: { ...this.key, by: { S: 'cdk-multi-region doctor' }, at: { S: at } } }));
    } catch (error) {
      this.mayBeThere = isSilence(error);
      throw error;
    }
  }

  public async isIn(peer: RegionAccess): Promise<boolean> {
    const client = await peer.client(DynamoDBClient);
    return (await client.send(new GetItemCommand({ TableName: this.table, Key: this.key, ConsistentRead: true }))).Item !== undefined;
  }

  /** Deletes it where it was written, since a peer that does not have it yet would replicate no deletion; if that fails, wherever it can be. */
  public async remove(accesses: readonly RegionAccess[]): Promise<Finding[]> {
    if (!this.mayBeThere) return [];
    const removed = await settled(this.removeIn(this.origin));
    if (!isProblem(removed)) return [];
    await Promise.all(accesses.filter(access => access !== this.origin).map(access => settled(this.removeIn(access))));
    return [{
      region: this.origin.region,
      verdict: 'warning',
      says: `the row ${this.key.pk.S} may be left in ${this.table}, where it does no harm: ${removed.problem}`,
      advice: `aws dynamodb delete-item --region ${this.origin.region} --table-name ${this.table} --key '${JSON.stringify(this.key)}'`,
    }];
  }

  private async removeIn(access: RegionAccess): Promise<void> {
    await (await access.client(DynamoDBClient)).send(new DeleteItemCommand({ TableName: this.table, Key: this.key }));
  }
}
