import { DeployedRegion } from './deployed-region';
import { expectEqual, Section } from '../../cli/rehearsal/telling/account';

/** That a region's deployed health function answers, and nobody else in its place: it alone knows its region and its version. */
export async function checkHealth(section: Section, region: DeployedRegion): Promise<void> {
  await section.check(`${region.name} answers /health with 200, by its own function`, async () => {
    const { status, body } = await region.orders.send('GET', '/health');
    expectEqual('status', status, 200);
    const { version } = body as { version?: unknown };
    expectEqual('body', body, { status: 'ok', region: region.name, version });
    if (typeof version !== 'string') throw new Error(`no version: ${JSON.stringify(body)}`);
    return `version ${version} in ${region.name}`;
  });
}
