import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { Heartbeat } from '../../../src/replicated-workflow/ledger-entry';
import { LedgerTable } from '../../../src/replicated-workflow/ledger-table.lambda';
import { LEDGER_TIMING, silenceAfter } from '../../../src/replicated-workflow/ledger-timing';
import { DoctorCheck, Finding } from '../check';

export const LEDGER_HEARTBEATS: DoctorCheck = {
  name: 'ledger-heartbeats',
  claim: 'Each region hears the heartbeat of every peer in the ledger of each workflow, so that nobody takes over from a region that is up.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  examine: examineDescribed('which workflows there are', async (patient, { workflows, regions }) => {
    const kept = workflows.flatMap(({ name, ledger }) => (ledger === undefined ? [] : [{ name, ledger }]));
    if (kept.length === 0) return nothingToLookAt('no workflow that peers take over');
    return inEachRegion(patient, async access => {
      const client = await access.client(DynamoDBClient);
      const findings = await Promise.all(kept.map(async ({ name, ledger }) => (
        heartbeatFindings(access.region, name, regions, await new LedgerTable(client, ledger, name, access.region).heartbeats(), Date.now())
      )));
      return findings.flat();
    });
  }),
};

/** Judges the heartbeats that one region's replica of a ledger has, its own among them. */
export function heartbeatFindings(
  region: string, workflow: string, regions: readonly string[], heartbeats: readonly Heartbeat[], now: number,
): Finding[] {
  const most = silenceAfter(LEDGER_TIMING) / 1000;
  return regions.map(peer => {
    const last = heartbeats.find(heartbeat => heartbeat.region === peer);
    if (!last) return { region, verdict: 'failed', says: `no heartbeat of ${peer} has ever arrived in the ledger of ${workflow}`, advice: adviceFor(peer) };
    const age = Math.round((now - last.beatAt) / 1000);
    const says = `the last heartbeat of ${peer} in the ledger of ${workflow} is ${age} s old`;
    return age <= most ? { region, verdict: 'ok', says } : { region, verdict: 'failed', says: `${says}, and ${most} s are the most`, advice: adviceFor(peer) };
  });
}

const adviceFor = (peer: string) => `see whether the sweeper of ${peer} runs, and whether rows pass: --only rows-pass --probe`;
