/** FIS against a server that answers as the API reference says, and looks at how requests are signed. */
import { Fis } from '../../../../cli/game-day/fis/fis';
import { fisNemesis } from '../../../../cli/game-day/fis/fis-nemesis';
import { FisFault, fisTemplate } from '../../../../cli/game-day/fis/templates';
import { Restorations } from '../../../../cli/game-day/restorations';
import { RegionAccess } from '../../../../cli/operate/region-access';
import { DrillRegion } from '../../../../cli/rehearsal/drills/drill-region';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { LoopbackServer } from '../../../support/loopback-server';

interface Asked { readonly method: string; readonly path: string; readonly authorization: string; readonly body: string }

let asked: Asked[];
let statuses: string[];
let refusal: { readonly status: number; readonly type: string; readonly message: string } | undefined;

const server = new LoopbackServer((request, body, response) => {
  asked.push({ method: request.method!, path: request.url!, authorization: request.headers.authorization ?? '', body });
  response.setHeader('content-type', 'application/json');
  if (refusal) {
    response.writeHead(refusal.status, { 'x-amzn-errortype': `${refusal.type}:http://internal.amazon.com/` });
    return response.end(JSON.stringify({ message: refusal.message }));
  }
  if (request.method === 'DELETE') statuses = ['stopping', 'stopped'];
  const status = statuses.length > 1 ? statuses.shift() : statuses[0];
  return response.end(JSON.stringify({ experiment: { id: 'EXPabc', state: { status, reason: 'because' } } }));
});
beforeAll(async () => server.start());
afterAll(async () => server.stop());
beforeEach(() => {
  asked = [];
  statuses = ['pending', 'initiating', 'running'];
  refusal = undefined;
});

function fis(): Fis {
  return new Fis(new RegionAccess('us-west-2', { timeout: 4, endpoint: { 'us-west-2': server.url } }), server.url);
}

describe('Fis', () => {
  test('signs its requests for FIS in its region, and sends what the API takes', async () => {
    expect((await fis().start('EXT1', 'token', { a: 'b' })).id).toBe('EXPabc');
    await fis().get('EXPabc');
    await fis().stop('EXPabc');
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /experiments', 'GET /experiments/EXPabc', 'DELETE /experiments/EXPabc']);
    expect(JSON.parse(asked[0].body)).toEqual({ clientToken: 'token', experimentTemplateId: 'EXT1', tags: { a: 'b' } });
    for (const { authorization } of asked) {
      expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-west-2\/fis\/aws4_request, SignedHeaders=[a-z0-9;-]*host;[a-z0-9;-]*x-amz-date[a-z0-9;-]*, Signature=[0-9a-f]{64}$/);
    }
  });

  test('tells what FIS refuses by its name and message', async () => {
    refusal = { status: 404, type: 'ResourceNotFoundException', message: 'Experiment template not found.' };
    await expect(fis().start('EXT1', 'token', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'FIS: Experiment template not found.' });
  });
});

describe('An experiment as a fault', () => {
  const stage = {} as Stage<DrillRegion>;

  test('is there when it runs, and is over when FIS has stopped it', async () => {
    const restorations = new Restorations();
    const takeBack = await fisNemesis({ fis: fis(), template: 'EXT1', restorations, runId: 'run', pollMs: 1 }).inject(stage, []);
    expect(restorations.advice).toContain('aws fis stop-experiment --region us-west-2 --id EXPabc');
    await takeBack();
    expect([asked.filter(({ method }) => method === 'DELETE').length, statuses, restorations.advice]).toEqual([1, ['stopped'], undefined]);
  });

  test('is not stopped if it has ended by itself', async () => {
    const takeBack = await fisNemesis({ fis: fis(), template: 'EXT1', restorations: new Restorations(), runId: 'run', pollMs: 1 }).inject(stage, []);
    statuses = ['completed'];
    await takeBack();
    expect(asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('fails with the reason of FIS if it does not begin', async () => {
    statuses = ['initiating', 'failed'];
    const restorations = new Restorations();
    await expect(fisNemesis({ fis: fis(), template: 'EXT1', restorations, runId: 'run', pollMs: 1 }).inject(stage, [])).rejects.toThrow('the experiment EXPabc failed: because');
    expect(restorations.advice).toBeUndefined();
  });

  test('leaves advice if nobody knows whether it was started', async () => {
    refusal = { status: 500, type: 'InternalServerException', message: 'no' };
    const restorations = new Restorations();
    await expect(fisNemesis({ fis: fis(), template: 'EXT1', restorations, runId: 'run' }).inject(stage, [])).rejects.toThrow('FIS: no');
    expect(restorations.advice).toContain('aws fis list-experiments --region us-west-2 --experiment-template-id EXT1');
  });
});

describe('fisTemplate', () => {
  const names = Array.from({ length: 6 }, (_, i) => ({ name: `T${i}` }));
  const props = {
    system: { name: 'Orders', regions: ['ap-southeast-2', 'us-west-2'], tables: names, workflows: [{ ledger: 'L' }] } as never,
    region: 'us-west-2',
    partition: 'aws',
    accountId: '111122223333',
    roleArn: 'arn:aws:iam::111122223333:role/fis',
  };

  test('pauses the replication of all tables, five a target', () => {
    const { targets, actions } = fisTemplate('pause-replication', props) as { targets: Record<string, { resourceArns: string[] }>; actions: Record<string, object> };
    expect(Object.values(targets).map(({ resourceArns }) => resourceArns.length)).toEqual([5, 2]);
    expect(targets['tables-2'].resourceArns).toEqual(['arn:aws:dynamodb:us-west-2:111122223333:table/T5', 'arn:aws:dynamodb:us-west-2:111122223333:table/L']);
    expect(actions['pause-2']).toEqual({ actionId: 'aws:dynamodb:global-table-pause-replication', parameters: { duration: 'PT10M' }, targets: { Tables: 'tables-2' } });
  });

  test.each<FisFault>(['pause-replication', 'cut-off'])('has all that a template of %s must have', fault => {
    expect(Object.keys(fisTemplate(fault, props)).sort()).toEqual(['actions', 'description', 'experimentOptions', 'roleArn', 'stopConditions', 'tags', 'targets']);
  });

  test('cuts the region off from each peer', () => {
    expect(fisTemplate('cut-off', props).actions).toEqual({
      'cut-off-ap-southeast-2': {
        actionId: 'aws:network:route-table-disrupt-cross-region-connectivity', parameters: { duration: 'PT10M', region: 'ap-southeast-2' }, targets: { Subnets: 'subnets' },
      },
    });
  });
});
