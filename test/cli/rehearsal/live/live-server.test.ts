import { request } from 'http';
import { setTimeout as sleep } from 'timers/promises';
import { EMPTY_REPORT } from './local-system';
import { LiveServer } from '../../../../cli/rehearsal/live/live-server';
import { ControlAnswer, LiveState } from '../../../../cli/rehearsal/live/live-state';
import { History } from '../../../../cli/rehearsal/workload/history';

const STATE: LiveState = { at: 0, regions: [], nemeses: [] };
const PAGE = '<!doctype html><html><head lang="en"><style>p { color: red; }</style></head><body><script>var $& = 1;</script></body></html>';

let history: History;
let stop: AbortController;
let server: LiveServer;
/** What the controls were asked for, and what they answer. */
let wishes: string[];
let answer: ControlAnswer;

const controls = {
  inject: (nemesis: string, region?: string, force?: boolean) => {
    wishes.push(`${nemesis} ${region} ${force}`);
    return answer;
  },
  heal: (nemesis: string, region: string) => {
    wishes.push(`no ${nemesis} ${region}`);
    return answer;
  },
};

async function start(port?: number): Promise<LiveServer> {
  return LiveServer.start({
    page: () => ({ html: PAGE, script: 'var panel;' }), report: () => EMPTY_REPORT, history, state: () => STATE, controls, port, signal: stop.signal,
  });
}

beforeEach(async () => {
  [history, stop, wishes, answer] = [new History(), new AbortController(), [], { accepted: true, text: 'It begins.' }];
  server = await start();
});
afterEach(() => stop.abort());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends what no browser would. */
async function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; }).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

async function tokenOf(): Promise<string> {
  return /name="live-token" content="([\w-]+)"/.exec((await ask('GET', '/')).text)![1];
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const origin = () => server.url.slice(0, -1);
const full = async () => ({ ...JSON_TYPE, 'Origin': origin(), 'X-Live-Token': await tokenOf() });

/** Reads events until there are as many as asked for. */
async function events(count: number): Promise<{ readonly name: string; readonly data: any }[]> {
  const response = await fetch(`${server.url}events`, { signal: AbortSignal.timeout(8000) });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split('\n\n').length > count) break;
  }
  return text.split('\n\n').slice(0, count).map(event => {
    const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event)!;
    return { name, data: JSON.parse(data) };
  });
}

describe('LiveServer', () => {
  test('listens on loopback only, and shows the page with its token and a policy for its own scripts', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers, text } = await ask('GET', '/');
    expect(status).toBe(200);
    const without = text.replace(/<meta name="live-(token|run)" content="[\w-]+">/g, '');
    expect(without).toBe(PAGE);
    expect(text).toMatch(/<head lang="en"><meta name="live-token"/);
    const policy = headers['content-security-policy'] as string;
    // echo -n 'var $& = 1;' | openssl dgst -sha256 -binary | base64
    expect(policy).toMatch("script-src 'sha256-IlOTSk4l9TUz4quGagYYlBmFPrJOya7KjUiswdjjCXg=' 'self';");
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy.split('; ').filter(part => part.startsWith('script-src')).join()).not.toMatch('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('has another token in each run', async () => {
    const before = await tokenOf();
    server.close();
    server = await start();
    expect(await tokenOf()).not.toBe(before);
  });

  test('serves the report so far, the state and the panel, and nothing else', async () => {
    history.moment('step', 'deployed');
    expect(JSON.parse((await ask('GET', '/report.json')).text)).toMatchObject({ system: 'Orders', moments: [{ text: 'deployed' }] });
    expect(JSON.parse((await ask('GET', '/state')).text)).toEqual(STATE);
    expect(await ask('GET', '/live.js')).toMatchObject({ status: 200, text: 'var panel;', headers: { 'content-type': 'text/javascript; charset=utf-8' } });
    for (const path of ['/index.html', '/../package.json', '/report.json?x', '/%2e%2e/etc/passwd', '/drills/', '/drills/a/b', '/favicon.ico']) {
      expect([path, (await ask('GET', path)).status]).toEqual([path, 404]);
    }
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'GET']) expect([method, (await ask(method, '/drills/freeze')).status]).toEqual([method, 405]);
    expect((await ask('POST', '/', await full())).status).toBe(404);
  });

  test.each([
    ['begins a fault', {}, 'freeze undefined false'],
    ['begins one in a region', { region: 'a' }, 'freeze a false'],
    ['forces one', { region: 'a', force: true }, 'freeze a true'],
    ['takes one back', { region: 'a', action: 'heal' }, 'no freeze a'],
  ])('%s', async (_, body, wish) => {
    expect(await ask('POST', '/drills/freeze', await full(), JSON.stringify(body))).toMatchObject({ status: 202, text: '{"text":"It begins."}' });
    answer = { accepted: false, text: 'It is on already.' };
    expect(await ask('POST', '/drills/freeze', await full(), JSON.stringify(body))).toMatchObject({ status: 409, text: '{"text":"It is on already."}' });
    expect(wishes).toEqual([wish, wish]);
  });

  test.each([
    ['no token', { 'X-Live-Token': undefined }],
    ['a wrong token', { 'X-Live-Token': 'x'.repeat(43) }],
    ['an empty token', { 'X-Live-Token': '' }],
    ['no origin', { Origin: undefined }],
    ['the origin of another site', { Origin: 'http://evil.example' }],
    ['an opaque origin', { Origin: 'null' }],
    ['the origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['a host that somebody else\'s name leads here by', { Host: 'evil.example' }],
    ['the address without a port', { Host: '127.0.0.1' }],
    ['a host that only begins like this one', { Host: '127.0.0.1.evil.example:80' }],
    ['another site in the same browser', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port in the same browser', { 'Sec-Fetch-Site': 'same-site' }],
  ])('refuses a fault with %s', async (_, wrong) => {
    const headers: Record<string, string | undefined> = { ...await full(), ...wrong };
    const given = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    expect((await ask('POST', '/drills/freeze', given, '{}')).status).toBe(403);
    expect(wishes).toEqual([]);
    expect((await ask('POST', '/drills/freeze', await full(), '{}')).status).toBe(202);
  });

  test.each(['/', '/report.json', '/state', '/events', '/live.js'])('refuses %s by a name of somebody else', async path => {
    const { port } = new URL(server.url);
    expect((await ask('GET', path, { Host: `rebound.example:${port}` })).status).toBe(403);
  });

  test('can be reached by localhost, and a link from elsewhere leads to the page, but to nothing else', async () => {
    const { port } = new URL(server.url);
    expect((await ask('GET', '/', { Host: `localhost:${port}` })).status).toBe(200);
    expect((await ask('GET', '/', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200);
    for (const path of ['/report.json', '/events', '/state', '/live.js']) expect((await ask('GET', path, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await ask('GET', '/report.json', { Origin: 'http://evil.example' })).status).toBe(403);
  });

  test.each([
    ['no JSON', 'freeze'], ['a list of regions', '{"region":["a"]}'], ['an unknown action', '{"action":"destroy"}'], ['too much', JSON.stringify({ region: 'x'.repeat(5000) })],
    ['null', 'null'], ['a number', '{"force":1}'],
  ])('refuses %s', async (_, body) => {
    expect((await ask('POST', '/drills/freeze', await full(), body)).status).toBe(400);
    expect((await ask('POST', '/drills/freeze', { ...await full(), 'Content-Type': 'text/plain' }, '{}')).status).toBe(400);
    expect(wishes).toEqual([]);
  });

  test('tells everything first, and then only what is new, twice a second at most', async () => {
    history.moment('step', 'before');
    const since = performance.now();
    const listening = events(3);
    await sleep(300);
    history.moment('step', 'after');
    const [first, ...rest] = await listening;
    expect(performance.now() - since).toBeGreaterThan(700);
    expect(first).toMatchObject({ name: 'everything', data: { state: STATE, report: { system: 'Orders' } } });
    expect(first.data.report.moments.map(({ text }: { text: string }) => text)).toEqual(['before']);
    expect(rest.map(({ name }) => name)).toEqual(['news', 'news']);
    expect(rest.flatMap(({ data }) => data.moments ?? []).map(({ text }) => text)).toEqual(['after']);
  });

  test('ends with the signal, whoever listens', async () => {
    const listening = await fetch(`${server.url}events`);
    stop.abort();
    await expect(listening.text()).rejects.toThrow();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('says that a port is taken, or must not be', async () => {
    await expect(start(Number(new URL(server.url).port))).rejects.toThrow(/^Port \d+ is taken: choose another one with --ui-port/);
  });
});
