import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { failedClaims, rehearse, rehearseOutput } from './rehearsed';
import { ApiAuthorization, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { testApp } from '../support/synth';

const APP = 'test/rehearsal/adopted';
const TIMEOUT_MS = 600_000;

// by npm run test:long: it brings up local regions, and has them for minutes
const proof = process.env.LONG ? test : test.skip;

describe('the rehearsal of an app of a team that had something already', () => {
  proof.each([
    ['with records of the system', 'kill', 'false'],
    ['with records that others make', 'partition+lag', 'true'],
  ])('finds nothing wrong with it, %s', async (_, drills, externalDns) => {
    const { code, output, report } = await rehearse(APP, '--workload', 'rehearsal.ts', '--drills', drills, '--context', `externalDns=${externalDns}`, '--seed', '3');
    expect([failedClaims(report), report.drills.map(({ lost, doubled, explained }) => [lost, doubled - explained])]).toEqual([[], [[0, 0]]]);
    // a machine that was too slow to tell is no failure
    expect([[0, 3].includes(code!), output]).toEqual([true, expect.stringMatching(/^\d+ passed, 0 failed/m)]);
    expect(report.emulation.types.filter(({ note, verdict }) => verdict === 'skipped' || note.includes('nobody has looked'))).toEqual([]);
    if (externalDns === 'true') expect(output).toContain('The records of Shop-Api are made elsewhere');
  }, TIMEOUT_MS);

  proof('says in a line that a function of somebody else is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'absent-'));
    try {
      const app = testApp({ outdir: folder });
      const system = new MultiRegionSystem(app, 'Shop', { primaryRegion: 'eu-west-1', secondaryRegions: ['us-east-1'] });
      const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() });
      api.addRoute(HttpMethod.GET, '/orders', MultiRegionFunction.fromFunctionName(system, 'Orders', 'list-orders'));
      app.synth();
      const { code, output } = await rehearseOutput(APP, '--app', folder);
      expect([code, output]).toEqual([1, expect.stringContaining('no stack of it makes the function list-orders in eu-west-1, us-east-1')]);
      expect(output).not.toMatch(/^\s+at /m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, TIMEOUT_MS);
});
