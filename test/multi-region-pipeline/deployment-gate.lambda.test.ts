import { AskedRegions, ENVIRONMENT, NOBODY, World } from './asked-regions';

const STAGE = 'Orders-us-west-2';
const STAGES = ['Orders-global', 'Orders-ap-southeast-2', STAGE, 'Orders-mesh'];
const regions = new AskedRegions('deployment-gate', { ...ENVIRONMENT, CONTROL_TABLE_NAME: 'Orders-Control-Table', DEPLOYING_STAGES: JSON.stringify(STAGES) });
beforeAll(() => regions.start());
afterAll(() => regions.stop());
beforeEach(() => {
  regions.world = {};
  regions.calls = [];
});

const ask = (question: object = {}, environment: object = {}, token?: string) =>
  regions.ask({ stage: STAGE, targets: ['us-west-2'], ...NOBODY, ...question }, { environment, token });

describe('the handler of the deployment gate', () => {
  test('lets in when all regions are well', async () => expect(await ask()).toEqual({ succeeds: 'may be deployed to' }));

  test('asks each region by its own endpoint, for every region\'s evacuation and for its own alarms', async () => {
    await ask();
    const items = regions.calls.filter(({ operation }) => operation === 'GetItem').map(({ region, body }) => `${region} ${JSON.parse(body).TableName} ${JSON.parse(body).Key.pk.S}`);
    expect(items.sort()).toEqual([
      'ap-southeast-2 Orders-Control-Table evacuation#ap-southeast-2', 'ap-southeast-2 Orders-Control-Table evacuation#us-west-2',
      'us-west-2 Orders-Control-Table evacuation#ap-southeast-2', 'us-west-2 Orders-Control-Table evacuation#us-west-2',
    ]);
    const asked = regions.calls.filter(({ operation }) => operation === 'DescribeAlarms');
    expect(asked.map(({ region }) => region).sort()).toEqual(['ap-southeast-2', 'us-west-2']);
    for (const { region, body } of asked) {
      expect(body).toContain(region === 'us-west-2' ? 'west-unhealthy' : 'home-unhealthy');
      expect(body).toContain('CompositeAlarm');
    }
  });

  test.each<[string, World, string]>([
    ['a peer is evacuated', { evacuated: { 'us-west-2': ['ap-southeast-2'] } }, 'ap-southeast-2 is evacuated, says us-west-2: us-west-2 may be all that serves'],
    ['a peer is evacuated, which only it knows', { evacuated: { 'ap-southeast-2': ['ap-southeast-2'] } }, 'ap-southeast-2 is evacuated, says ap-southeast-2'],
    ['the region\'s alarm is in ALARM', { alarms: { 'us-west-2': { 'west-unhealthy': 'ALARM' } } }, 'west-unhealthy is in ALARM in us-west-2'],
    ['a peer\'s alarm is in ALARM', { alarms: { 'ap-southeast-2': { 'home-unhealthy': 'ALARM' } } }, 'home-unhealthy is in ALARM in ap-southeast-2'],
    ['a peer does not answer', { without: ['ap-southeast-2'] }, 'ap-southeast-2 does not answer (InternalServerError)'],
    ['the region itself does not answer', { without: ['us-west-2'] }, 'us-west-2 does not answer (InternalServerError)'],
    ['it may not look', { denied: 'DescribeAlarms' }, 'does not answer (AccessDeniedException)'],
    ['it does not know what is going on in the pipeline', { denied: 'GetPipelineState' }, 'cannot tell (AccessDeniedException: no)'],
  ])('refuses when %s, with the reason', async (_, world, reason) => {
    regions.world = world;
    expect((await ask()).fails).toContain(reason);
  });

  test.each<[string, World]>([
    ['only the region itself is evacuated', { evacuated: { 'ap-southeast-2': ['us-west-2'], 'us-west-2': ['us-west-2'] } }],
    ['it is the first deployment, and there is no table yet', { withoutTable: true }],
    ['alarms are in other states', { alarms: { 'ap-southeast-2': { 'home-unhealthy': 'OK' }, 'us-west-2': { 'west-unhealthy': 'INSUFFICIENT_DATA' } } }],
  ])('lets in when %s', async (_, world) => {
    regions.world = world;
    expect(await ask()).toEqual({ succeeds: 'may be deployed to' });
  });

  describe('for a region that is named as lost,', () => {
    test('asks nothing of it, nor minds that it is evacuated', async () => {
      regions.world = { without: ['ap-southeast-2'], evacuated: { 'us-west-2': ['ap-southeast-2'] } };
      expect(await ask({ lost: 'ap-southeast-2' })).toEqual({ succeeds: 'may be deployed to' });
      expect(regions.calls.filter(({ region, service }) => region === 'ap-southeast-2' && service !== 'codepipeline')).toEqual([]);
    });

    test('lets pass, because nothing is deployed there', async () => {
      regions.world = { without: ['us-west-2'], evacuated: { 'ap-southeast-2': ['ap-southeast-2'] } };
      expect(await ask({ lost: 'us-west-2' })).toEqual({ succeeds: 'us-west-2 is named as lost: nothing is deployed there' });
    });

    test('asks for the others of its stage', async () => {
      const targets = ['ap-southeast-2', 'us-west-2'];
      expect(await ask({ targets, lost: 'us-west-2' })).toEqual({ succeeds: 'may be deployed to, without us-west-2, which is named as lost' });
      regions.world = { alarms: { 'ap-southeast-2': { 'home-unhealthy': 'ALARM' } } };
      expect((await ask({ targets, lost: 'us-west-2' })).fails).toContain('home-unhealthy is in ALARM');
    });
  });

  test('lets a cure into a region that is named as unhealthy, and into those before it', async () => {
    regions.world = { alarms: { 'us-west-2': { 'west-unhealthy': 'ALARM' } }, evacuated: { 'ap-southeast-2': ['us-west-2'] } };
    expect(await ask({ unhealthy: 'us-west-2' })).toEqual({ succeeds: 'may be deployed to' });
    expect(await ask({ stage: 'Orders-ap-southeast-2', targets: ['ap-southeast-2'], unhealthy: 'us-west-2' })).toEqual({ succeeds: 'may be deployed to' });
    regions.world = { without: ['us-west-2'] };
    expect((await ask({ unhealthy: 'us-west-2' })).fails).toBe('us-west-2 does not answer (InternalServerError)');
  });

  test.each([['lost', 'us-west2', 'lostRegions'], ['unhealthy', 'us-west-2,usw2', 'unhealthyRegions']])('refuses when %s is %s', async (prop, value, variable) => {
    expect((await ask({ [prop]: value })).fails)
      .toBe(`cannot tell (Error: ${variable} names ${value.split(',').pop()}; allowed: ap-southeast-2, us-west-2, eu-west-1)`);
  });

  test('knows the regions of the pipeline\'s other systems', async () => expect(await ask({ lost: 'eu-west-1' })).toEqual({ succeeds: 'may be deployed to' }));

  test.each([
    [{ stageName: STAGE, latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'ROLLBACK' } }],
    [{ stageName: 'Orders-ap-southeast-2', latestExecution: { pipelineExecutionId: 'e', status: 'Stopping', type: 'STANDARD' } }],
    [{ stageName: 'Orders-mesh-gate', latestExecution: { pipelineExecutionId: 'e', status: 'InProgress', type: 'STANDARD' } }],
  ])('waits while another execution deploys: %j', async state => {
    regions.world = { stageStates: [state], alarms: { 'us-west-2': { 'west-unhealthy': 'ALARM' } } };
    expect(await ask()).toEqual({ goesOn: `waits for execution e in ${state.stageName}`, token: expect.any(String) });
    regions.world = { ...regions.world, stageStates: [] };
    expect((await ask()).fails).toContain('west-unhealthy is in ALARM');
  });

  test.each([
    [{ stageName: STAGE, latestExecution: { pipelineExecutionId: 'e', status: 'Succeeded' } }],
    [{ stageName: `${STAGE}-gate`, latestExecution: { pipelineExecutionId: 'mine', status: 'InProgress' } }],
    [{ stageName: 'Orders-global-gate', latestExecution: { pipelineExecutionId: 'behind', status: 'InProgress' } }],
    [{ stageName: 'Build', latestExecution: { pipelineExecutionId: 'behind', status: 'InProgress' } }],
    [{ stageName: 'Staging-mesh', latestExecution: { pipelineExecutionId: 'e', status: 'InProgress' } }],
    [{ stageName: 'Orders-mesh' }],
  ])('does not wait for anything else: %j', async state => {
    regions.world = { stageStates: [state] };
    expect(await ask()).toEqual({ succeeds: 'may be deployed to' });
  });

  test('looks twice where a stage has failed, since its rollback may be about to begin', async () => {
    const failed = { stageName: 'Orders-ap-southeast-2', latestExecution: { pipelineExecutionId: 'e', status: 'Failed', type: 'STANDARD' } };
    regions.world = { stageStates: [failed] };
    const { goesOn, token } = await ask();
    expect(goesOn).toBe('waits whether Orders-ap-southeast-2 is rolled back');
    expect(await ask({}, {}, token)).toEqual({ succeeds: 'may be deployed to' });
    regions.world = { stageStates: [{ ...failed, latestExecution: { pipelineExecutionId: 'r', status: 'InProgress', type: 'ROLLBACK' } }] };
    const waiting = await ask({}, {}, token);
    expect(waiting.goesOn).toBe('waits for execution r in Orders-ap-southeast-2');
    regions.world = { stageStates: [failed] };
    expect((await ask({}, {}, waiting.token)).goesOn).toBe('waits whether Orders-ap-southeast-2 is rolled back');
  });

  test('reads another account by its role', async () => {
    const arn = 'arn:aws:iam::999988887777:role/cdk-hnb659fds-lookup-role-999988887777-us-west-2';
    expect(await ask({}, { ROLE_ARNS: JSON.stringify({ 'us-west-2': arn }) })).toEqual({ succeeds: 'may be deployed to' });
    const assumed = regions.calls.filter(({ operation }) => operation === 'AssumeRole');
    expect(assumed.map(({ body }) => new URLSearchParams(body).get('RoleArn'))).toEqual([arn]);
    for (const { region, accessKeyId } of regions.calls.filter(({ service }) => ['dynamodb', 'monitoring'].includes(service))) {
      expect([region, accessKeyId]).toEqual([region, region === 'us-west-2' ? 'OTHER' : 'test']);
    }
  });

  test.each<[string, World]>([
    ['the tables may not be read', { slow: 'DescribeAlarms', denied: 'GetItem' }],
    ['the alarms may not be read', { slow: 'GetItem', denied: 'DescribeAlarms' }],
  ])('leaves nothing under way, though %s', async (_, world) => {
    regions.world = world;
    expect((await ask()).fails).toContain('AccessDeniedException');
    expect(regions.underWay).toEqual([]);
  });

  test('refuses a question that it does not understand', async () => {
    expect((await regions.ask('not JSON' as any)).fails).toContain('cannot tell (SyntaxError');
    expect((await regions.ask({})).fails).toContain('cannot tell (TypeError');
  });
});
