import { readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Recorded, RecordedRegions, refusal, SERVICES, xmlRefusal } from './recorded-regions';
import { BEFORE } from '../../../cli/doctor/before/all-checks';
import { zoneCheck } from '../../../cli/doctor/before/zone';
import { DoctorCheck, Finding } from '../../../cli/doctor/check';
import { chosen, doctor as examineSystem, DoctorOptions, usageProblem } from '../../../cli/doctor/doctor';
import { PacedAccess } from '../../../cli/doctor/paced-access';
import { askedSystem } from '../../../cli/operate/asked-system';
import { ApiAuthorization, GlobalTable, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystem } from '../../../src';
import { orderSystem } from '../../support/order-system';
import { CODE, testApp } from '../../support/synth';
import { command, loopback, Outcome } from '../commands/command';

const ALL = ['ap-southeast-2', 'us-west-2'];
const regions = new RecordedRegions();
let folder: string;

beforeAll(async () => {
  const app = testApp();
  orderSystem(app, 2);
  folder = app.synth().directory;
  await regions.start();
});
afterAll(async () => {
  await regions.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  regions.instead = {};
  regions.asked = [];
  regions.clock = 0;
});

/** What the command does with some options. It loads this itself, which jest does not take. */
async function doctor(options: Partial<DoctorOptions> = {}, env: Record<string, string> = {}): Promise<Outcome> {
  let out = '';
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    const endpoint = Object.fromEntries(ALL.map(region => [region, regions.url]));
    await examineSystem({ assembly: folder, before: true, timeout: 10, endpoint, ...options }, '1.2.3', text => { out += text; });
    return { code: 0, out, err: '' };
  } catch (error) {
    return { code: 1, out, err: (error as Error).message };
  } finally {
    process.env = before;
  }
}

interface Told {
  readonly examined: ReadonlyArray<{ readonly name: string; readonly verdict: string; readonly findings: readonly Finding[] }>;
  readonly skipped: readonly string[];
}

const told = (out: string) => JSON.parse(out) as Told;

/** What is not well, when regions answer something else than what is recorded. */
async function found(check: string, instead: Record<string, Recorded>): Promise<string[]> {
  regions.instead = instead;
  const { out } = await doctor({ only: check.split(','), json: true });
  return told(out).examined.flatMap(({ findings }) => (
    findings.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, region = '*', says }) => `${verdict} ${region} ${says}`)));
}

const quota = (ServiceCode: string, QuotaCode: string, QuotaName: string, Value: number) => ({
  Quotas: [{ ServiceCode, QuotaCode, QuotaName, Value }],
});
const stackIn = (status: string) => '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>'
  + `<StackName>it</StackName><CreationTime>2025-01-02T03:04:05.678Z</CreationTime><StackStatus>${status}</StackStatus>`
  + '</member></Stacks></DescribeStacksResult></DescribeStacksResponse>';

describe('cdk-multi-region doctor --before', () => {
  test('is content where all is well, and has asked every service in each region', async () => {
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Orders in ap-southeast-2, us-west-2 (not deployed yet), account 111122223333, as arn:aws:iam::111122223333:user/operator\n');
    expect(out.split('\n').filter(line => /^ +[!?✖]/.test(line))).toEqual(['    ? who answers for example.com is not asked: the regions are local ones']);
    expect(BEFORE.map(({ name }) => name).filter(name => !out.includes(` ${name}: `))).toEqual([]);
    const asked = new Set(regions.asked.map(line => line.split(' ')[1]));
    expect([...asked].sort()).toEqual(SERVICES.map(({ service }) => service).sort());
  });

  test('reads only', async () => {
    await doctor();
    expect(regions.asked.map(line => line.split(' ').slice(2).join(' ')).filter(operation => !/^(Get|List|Describe|GET |POST \/getRegionOptStatus)/.test(operation))).toEqual([]);
  });

  test.each<[string, Record<string, Recorded>, string[]]>([
    ['credentials', { 'us-west-2 sts': xmlRefusal('InvalidClientTokenId', 'The security token included in the request is invalid.', 403) }, ['failed us-west-2 AWS does not know these credentials']],
    ['regions', { 'us-west-2 account': { RegionName: 'us-west-2', RegionOptStatus: 'DISABLED' }, '* account': refusal('AccessDeniedException', 'no') }, ['unknown ap-southeast-2 access is denied: no', 'failed us-west-2 is not enabled']],
    ['bootstrap', { 'us-west-2 cloudformation DescribeStacks CDKToolkit': xmlRefusal('ValidationError', 'Stack with id CDKToolkit does not exist') }, ['failed us-west-2 there is no stack CDKToolkit']],
    ['bootstrap', { '* cloudformation DescribeStacks CDKToolkit': stackIn('CREATE_COMPLETE') }, ALL.map(region => `failed ${region} the bootstrap stack has no version, and the app needs 6`)],
    ['services', { 'us-west-2 lambda': refusal('TooManyRequestsException', 'Rate Exceeded.', 429) }, ['unknown us-west-2 Lambda: AWS takes no more requests at the moment: try again']],
    ['names', { 'us-west-2 dynamodb DescribeTable': { Table: { TableName: 'Orders-OrdersTable', TableStatus: 'ACTIVE' } } }, [
      'failed us-west-2 there is a table Orders-OrdersTable already, which Orders-global is to make',
      'failed us-west-2 there is a table Orders-Control-Table already, which Orders-global is to make',
      'failed us-west-2 there is a table Orders-Fulfilment-Ledger-Table already, which Orders-global is to make',
    ]],
    ['names', { '* logs': { logGroups: [{ logGroupName: '/aws/vendedlogs/states/Orders-Fulfilment' }] } }, ALL.map(region => (
      `failed ${region} there is a log group /aws/vendedlogs/states/Orders-Fulfilment already, which Orders-${region} is to make`))],
    ['zone', { '* route53 GET /2013-04-01/hostedzone/': xmlRefusal('NoSuchHostedZone', 'No hosted zone found with ID: Z0123456789EXAMPLE', 404) }, ['failed * there is no hosted zone Z0123456789EXAMPLE']],
    ['gateway-account', { 'us-west-2 apigateway GET /account': { cloudwatchRoleArn: 'arn:aws:iam::111122223333:role/other' } }, [
      'warning us-west-2 the role is arn:aws:iam::111122223333:role/other, and Orders-us-west-2 will replace it',
    ]],
  ])('sees in %s what is not well', async (check, instead, expected) => {
    expect((await found(check, instead)).sort()).toEqual([...expected].sort());
  });

  test('does not take what the system has already for a collision, nor the role that it has set for somebody else\'s', async () => {
    const deployed = {
      '* cloudformation DescribeStacks Orders': stackIn('UPDATE_COMPLETE'),
      '* dynamodb DescribeTable': { Table: { TableStatus: 'ACTIVE' } },
      '* apigateway GET /account': { cloudwatchRoleArn: 'arn:aws:iam::111122223333:role/own' },
    };
    expect(await found('names,gateway-account', deployed)).toEqual([]);
  });

  test('asks for what the app uses and does not make, and for nothing that another of its stacks makes', async () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Shop', { primaryRegion: ALL[0], secondaryRegions: ALL.slice(1) });
    const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() });
    api.addRoute(HttpMethod.GET, '/orders', MultiRegionFunction.fromFunctionName(system, 'List', 'list-orders:live'));
    const place = Object.fromEntries(ALL.map(region => [region, new Function(new Stack(app, `Team-${region}`, { env: { region } }), 'Place', {
      functionName: 'place-order', code: Code.fromAsset(CODE), handler: 'index.handler', runtime: Runtime.NODEJS_24_X,
    })]));
    api.addRoute(HttpMethod.POST, '/orders', MultiRegionFunction.fromFunctions(system, 'Place', place));
    GlobalTable.fromTableName(system, 'Stock', 'stock').grantReadData(new MultiRegionFunction(system, 'Count', { codePath: CODE }));
    const assembly = app.synth().directory;
    const { out } = await doctor({ assembly, only: ['imports'], json: true });
    expect(told(out).examined.flatMap(({ findings }) => findings).map(({ verdict, region, says }) => `${verdict} ${region} ${says}`).sort()).toEqual([
      ...ALL.map(region => `failed ${region} there is no function list-orders, which the app uses and does not make`),
      ...ALL.map(region => `failed ${region} there is no table stock, which the app uses and does not make`),
    ].sort());
    regions.instead = { 'us-west-2 lambda GET /2015-03-31/functions/list-orders': { Configuration: {} }, '* dynamodb DescribeTable': { Table: { TableStatus: 'ACTIVE' } }, 'ap-southeast-2 lambda': refusal('AccessDeniedException', 'no', 403) };
    expect(told((await doctor({ assembly, only: ['imports'], json: true })).out).examined.flatMap(({ findings }) => findings).map(({ verdict, region, says }) => `${verdict} ${region} ${says}`).sort()).toEqual([
      'ok ap-southeast-2 the table stock is there', 'ok us-west-2 the function list-orders is there', 'ok us-west-2 the table stock is there', 'unknown ap-southeast-2 function list-orders: access is denied: no',
    ]);
    expect(regions.asked.filter(line => line.includes('place-order'))).toEqual([]);
  });

  describe('quotas', () => {
    test('that are too low fail, with what is needed and how to ask for more', async () => {
      expect(await found('quotas', { 'us-west-2 servicequotas ListServiceQuotas apigateway': quota('apigateway', 'L-01C8A9E0', 'Resources/Routes per REST/WebSocket API', 3) }))
        .toContain('failed us-west-2 apigateway, Resources/Routes per REST/WebSocket API: 3, of which 5 are needed');
      const { code, out, err } = await doctor({ only: ['quotas'] });
      expect([code, err]).toEqual([1, expect.stringMatching(/^Orders is not well: 1 failed, /)]);
      expect(out).toContain('→ aws service-quotas request-service-quota-increase --service-code apigateway --quota-code L-01C8A9E0 --desired-value 5 --region us-west-2\n');
    });

    test('count what others use, where a service says so', async () => {
      const limit = (count: number) => `<GetAccountLimitResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Limit><Type>MAX_HEALTH_CHECKS_BY_OWNER</Type><Value>200</Value></Limit><Count>${count}</Count></GetAccountLimitResponse>`;
      expect(await found('quotas', { '* route53 GET /2013-04-01/accountlimit': limit(195) })).toEqual(['failed * route53, Health checks: 200, of which 195 are used, and 6 more are needed']);
      expect(await found('quotas', { '* route53 GET /2013-04-01/accountlimit': limit(194) })).toEqual(['warning * route53, Health checks: 200, of which 194 are used, and 6 more are needed']);
      const deployed = { '* cloudformation DescribeStacks Orders': stackIn('CREATE_COMPLETE'), '* route53 GET /2013-04-01/accountlimit': limit(150) };
      expect(await found('quotas', deployed)).toEqual([]);
    });

    test('of a new account, which has ten executions of Lambda at once, are too low', async () => {
      const settings = { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } };
      expect(await found('quotas', { 'us-west-2 lambda GET /2016-08-19/account-settings': settings })).toEqual([
        'failed us-west-2 lambda, Concurrent executions: 10, of which 0 are used, and 140 more are needed',
        'warning us-west-2 lambda, Concurrent executions: 10 is one part in 100 of the 1000 of ap-southeast-2',
      ]);
    });

    test('that differ are to be considered, since one region may have to carry what all carry', async () => {
      expect(await found('quotas', {
        'ap-southeast-2 servicequotas ListServiceQuotas apigateway': quota('apigateway', 'L-8A5B8E43', 'Throttle rate', 1000),
        'us-west-2 servicequotas ListServiceQuotas apigateway': quota('apigateway', 'L-8A5B8E43', 'Throttle rate', 10000),
      })).toContain('warning ap-southeast-2 apigateway, Throttle rate: 1000 is one part in 10 of the 10000 of us-west-2');
    });

    test('of a service that Service Quotas does not know in a region are unknown, and documented ones count', async () => {
      const missing = refusal('NoSuchResourceException', 'The specified resource does not exist.');
      expect(await found('quotas', { 'us-west-2 servicequotas ListServiceQuotas dynamodb': missing }))
        .toEqual(['unknown us-west-2 Service Quotas says: The specified resource does not exist., hence unknown: Maximum number of tables']);
      const { out } = await doctor({ only: ['quotas'], json: true });
      const says = told(out).examined[0].findings.map(finding => finding.says);
      expect(says).toContainEqual(expect.stringMatching(/^iam, Roles per account: 1000 as documented, of which \d+ are needed$/));
      expect(says).toContain('states, StartExecution throttle token refill rate per second: 300');
    });

    test.each([
      ['access is denied', refusal('AccessDeniedException', 'User is not authorized to perform: servicequotas:ListServiceQuotas'), 'access is denied: User is not authorized to perform: servicequotas:ListServiceQuotas'],
      ['AWS throttles', refusal('TooManyRequestsException', 'Too many requests', 429), 'AWS takes no more requests at the moment: try again'],
    ])('are unknown where %s, in one line a region, and fail only with --strict', async (_, answer, problem) => {
      const [line, ...others] = await found('quotas', { 'us-west-2 servicequotas': answer });
      expect(others).toEqual([]);
      expect(line).toMatch(new RegExp(`^unknown us-west-2 Service Quotas says: ${problem}, hence unknown: Invocations .*, Customer managed keys$`));
      expect((await doctor({ only: ['quotas'] })).code).toBe(0);
      expect((await doctor({ only: ['quotas'], strict: true })).code).toBe(1);
    });
  });

  test.each([[0, 'ok'], [-100, 'warning'], [100, 'warning'], [-400, 'failed']])('compares its clock with that of AWS: one that differs by %d s is %s', async (seconds, verdict) => {
    regions.clock = seconds;
    const { out } = await doctor({ only: ['clock'], json: true });
    expect(told(out).examined[0].verdict).toBe(verdict);
  });

  test('asks no more of another account than whose it is', async () => {
    const manifest = join(folder, 'manifest.json');
    const before = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, before.replaceAll('unknown-account', '999988887777'));
    const { code, out, err } = await doctor();
    writeFileSync(manifest, before);
    expect([code, err]).toEqual([1, 'Orders is not well: 2 failed']);
    expect(out).toContain('✖ us-west-2: the credentials are of account 111122223333, and the app of 999988887777\n');
    expect(out).toContain('not examined, because it is another account: regions, clock, bootstrap, ');
    expect(new Set(regions.asked.map(line => line.split(' ')[1]))).toEqual(new Set(['sts', 'cloudformation']));
  });

  test('compares the name servers of the zone with those that the DNS leads to', async () => {
    const options = { assembly: folder, timeout: 4 };
    const examine = async (servers: string[]) => zoneCheck(async asked => (asked === 'example.com' ? servers : [])).examine({
      system: askedSystem(options), accesses: ALL.map(region => new PacedAccess(region, options)), seconds: 4,
    });
    const before = { ...process.env };
    Object.assign(process.env, loopback(regions.url));
    try {
      expect((await examine(['ns-2049.awsdns-65.net', 'NS-2048.awsdns-64.com.'])).map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
      expect((await examine(['ns1.registrar.example']))[1]).toMatchObject({ verdict: 'failed', says: 'the DNS leads to other name servers for example.com: ns1.registrar.example' });
    } finally {
      process.env = before;
    }
  });

  test('writes a document that can be kept', async () => {
    const report = join(folder, 'examination.md');
    regions.instead = { 'us-west-2 account': refusal('AccessDeniedException', 'a | b <c>') };
    await doctor({ report });
    const text = readFileSync(report, 'utf8');
    expect(text).toContain('| account | 111122223333 |');
    expect(text).toContain('| unknown | us-west-2 | access is denied: a \\| b &lt;c> |  |');
    expect(text).toMatch(/\| date \| \d{4}-\d\d-\d\dT/);
    for (const { name, source } of BEFORE) expect(text).toMatch(new RegExp(`\\| ${name} \\| before deployment \\| \\w+ \\| .* \\| <${source}> \\|`));
  });

  test('says what is wrong about its options before it asks anything', async () => {
    const options = { timeout: 4 };
    expect(usageProblem({ ...options, before: true, after: true })).toMatch(/^--before and --after exclude each other/);
    expect(usageProblem({ ...options, only: ['quotes'] })).toMatch(/^there is no check "quotes", but credentials, /);
    expect(usageProblem({ ...options, only: ['quotas'] })).toBeUndefined();
    expect(await command('doctor', '--report', 'report.pdf')).toEqual({ code: 2, out: '', err: expect.stringContaining('Allowed: a file that ends in .md.') });
  });

  test.each<[Partial<DoctorOptions>, boolean | undefined, string[]]>([
    [{}, false, ['names']], [{}, undefined, ['names']], [{}, true, ['names', 'events']], [{ probe: true }, true, ['names', 'events', 'send']],
    [{ before: true }, true, ['names']], [{ after: true }, false, ['events']], [{ only: ['events'] }, false, ['events']], [{ before: true, only: ['events'] }, true, []],
  ])('chooses by %j, if it is deployed (%s), the checks %j', (options, isDeployed, names) => {
    const check = (name: string, when: DoctorCheck['when'], isProbe = false): DoctorCheck => ({ name, when, isProbe, claim: '', examine: async () => [] });
    const checks = [check('names', 'before deployment'), check('events', 'after deployment'), check('send', 'after deployment', true)];
    expect(chosen({ timeout: 4, ...options }, isDeployed, checks).map(({ name }) => name)).toEqual(names);
  });

  test('ends with one line without credentials, and without an assembly', async () => {
    const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', HOME: folder, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_ENDPOINT_URL: regions.url };
    expect(await doctor({ endpoint: {} }, nowhere)).toEqual({ code: 1, out: '', err: expect.stringMatching(/^there are no AWS credentials: /) });
    expect(await doctor({ assembly: undefined, system: 'Orders', regions: ['us-west-2'] }))
      .toEqual({ code: 1, out: '', err: 'only the assembly of Orders says what it needs of its regions: name it by --assembly' });
  });
});
