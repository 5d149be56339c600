import { KEY_SECRET, WAREHOUSES } from './names';
import { Checker, ClientContext, defineWorkload, Operation, Outcome, Response } from 'cdk-multi-region/rehearsal';

/** The key that the customer has had since there was one region. */
const KEY = 'acme0123456789abcdef0123456789';

const TOKEN = { authorization: 'Bearer acme' };

interface Expectation {
  readonly path: (order: string) => string;
  readonly headers: Record<string, string>;
  readonly isRight: (response: Response, region: string, order: string) => boolean;
}

const refused = (status: number) => ({ status: is }: Response) => is === status;
const found = (order: string) => `/orders/${order}?currency=EUR`;
const withKey = { ...TOKEN, 'x-api-key': KEY };

/** What clients ask, and what they must get from whichever region. */
const READS: Record<string, Expectation> = {
  'find order': {
    path: found,
    headers: withKey,
    isRight: ({ status, body }, region, order) => {
      const { warehouse, asker, currency, order: answered } = Object(body) as Record<string, unknown>;
      // a region may not know yet what was ordered in another one
      return [200, 404].includes(status) && [answered, warehouse, asker, currency].join() === [order, WAREHOUSES[region], 'acme', 'EUR'].join();
    },
  },
  'find order without a key': { path: found, headers: TOKEN, isRight: refused(403) },
  'find order with a wrong key': { path: found, headers: { ...TOKEN, 'x-api-key': `${KEY}0` }, isRight: refused(403) },
  'find order without a token': { path: found, headers: { 'x-api-key': KEY }, isRight: refused(401) },
  'find order with a token of another form': { path: found, headers: { ...withKey, authorization: 'Basic 1234' }, isRight: refused(401) },
  'find order as a guest': { path: found, headers: { ...withKey, authorization: 'Bearer guest' }, isRight: refused(401) },
  'find order as somebody banned': { path: found, headers: { ...withKey, authorization: 'Bearer banned' }, isRight: refused(403) },
  'find order without a currency': { path: order => `/orders/${order}`, headers: withKey, isRight: refused(400) },
  'read receipt': {
    path: order => `/orders/${order}/receipt`,
    headers: { 'x-session': 'acme', 'x-tenant': 'blue', 'accept': 'application/pdf' },
    isRight: ({ status, body }, _, order) => status === 404 || (status === 200 && body === `%PDF-1.7 order ${order} for blue`),
  },
  'read receipt without a tenant': { path: order => `/orders/${order}/receipt`, headers: { 'x-session': 'acme' }, isRight: refused(400) },
  'read receipt without a session': { path: order => `/orders/${order}/receipt`, headers: { 'x-tenant': 'blue' }, isRight: refused(401) },
  'read receipt of a banned session': { path: order => `/orders/${order}/receipt`, headers: { 'x-session': 'banned', 'x-tenant': 'blue' }, isRight: refused(403) },
};

const kinds = Object.keys(READS);

const placeOrder = (order: string, customer: string): Operation => ({ kind: 'place order', action: 'write', key: order, value: { order, customer } });

async function place({ value }: Operation, { request, region }: ClientContext): Promise<Outcome> {
  const { status, body } = await request('POST', '/orders', { body: value, headers: TOKEN });
  // the team's own function of that region answers
  if (status === 201) return (body as { region: string }).region === region ? { type: 'ok' } : { type: 'fail', told: `by the function of ${(body as { region: string }).region}` };
  return { type: status >= 500 ? 'unknown' : 'fail', told: `${status}` };
}

async function read({ kind, key: order }: Operation, { request, region }: ClientContext): Promise<Outcome> {
  const { path, headers, isRight } = READS[kind];
  const response = await request('GET', path(order), { headers });
  return isRight(response, region, order) ? { type: 'ok', value: response.body } : { type: 'fail', told: `${response.status} ${JSON.stringify(response.body)}` };
}

/** Returns the items of a kind of each region, by order. */
const itemsOf = (tables: Parameters<Checker['check']>[0]['tables'], region: string, kind: string) => (
  new Set(Object.values(tables).flatMap(replicas => replicas[region] ?? []).filter(item => item.kind === kind).map(({ order }) => order as string))
);

/** For every order that was acknowledged, the team's other functions did theirs: by its bus, by changes of its table, and in a workflow. */
const followed = (kind: string, name: string, by: 'order' | 'customer' = 'order'): Checker => ({
  name,
  check: ({ tables, regions, history }) => {
    const placed = new Set(history.filter(({ operation, outcome }) => operation.action === 'write' && outcome?.type === 'ok').map(({ operation }) => (operation.value as Record<string, string>)[by]));
    const wrong = regions.flatMap(region => {
      const done = itemsOf(tables, region, kind);
      return [...placed].filter(order => !done.has(order)).map(order => `${order} in ${region}`);
    });
    return { valid: wrong.length === 0 && placed.size > 0, summary: `of ${placed.size}, ${wrong.length} are not`, details: wrong.slice(0, 10) };
  },
});

/** No client got anything but what it must, unless there was no answer. */
const answeredRight: Checker = {
  name: 'every answer is the right one, or says that there is none',
  check: ({ history }) => {
    const wrong = history.filter(({ outcome }) => outcome?.type === 'fail' && /^[1-4]\d\d /.test(outcome.told ?? '')).map(({ operation, region, outcome }) => `${operation.kind} in ${region}: ${outcome!.told}`);
    const asked = new Set(history.filter(({ outcome }) => outcome?.type === 'ok').map(({ operation }) => operation.kind));
    const never = kinds.filter(kind => !asked.has(kind));
    return { valid: wrong.length + never.length === 0, summary: `${wrong.length} are wrong, ${never.length} kinds were never answered`, details: [...new Set(wrong), ...never].slice(0, 10) };
  },
};

export default defineWorkload({
  prepare: async () => ({ secrets: { [KEY_SECRET]: KEY } }),

  // One of three requests places an order; the others take turns
  generator: ({ customer, number, acknowledged, random }) => (number % 3 === 0 || acknowledged.length === 0
    ? placeOrder(`${customer}-${number}`, customer)
    : { kind: kinds[(number - Math.ceil(number / 3)) % kinds.length], action: 'read', key: acknowledged[Math.floor(random() * acknowledged.length)] }),

  client: async (operation, context) => (operation.action === 'write' ? place(operation, context) : read(operation, context)),
  readBack: ({ key }) => ({ kind: 'find order', action: 'read', key }),
  checkers: [
    answeredRight,
    followed('notified', 'the team\'s function was told of every order by the team\'s bus'),
    followed('greeted', 'the team\'s function greeted every customer, by changes of the team\'s table', 'customer'),
    followed('packed', 'the team\'s function packed every order, in the workflow'),
  ],
  rate: 4,
});
