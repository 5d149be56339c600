import { readFileSync } from 'fs';
import { setTimeout as sleep } from 'timers/promises';
import { KeptRegions, Ran } from '../cli/operate/kept-regions';

const TIMEOUT_MS = 600_000;
jest.setTimeout(TIMEOUT_MS);
const EVENT_MS = 400;
const PATIENCE_MS = 60_000;
const [WELL, BAD] = ['ap-southeast-2', 'us-west-2'];

const text = readFileSync('docs/RUNBOOK.md', 'utf8');

/** The commands of each section, as the page has them, without the program's name. */
const sections = text.split(/^## /m).slice(1).map(section => ({
  title: section.split('\n')[0],
  commands: [...section.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => block.trim().split('\n')).map(line => line.replace(/^npx cdk-multi-region /, '')),
}));

/** The words of a line of a shell, with quotes around what holds spaces. */
const words = (line: string) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

test('The runbook has the commands of a bad day, and nothing else', () => {
  const names = sections.flatMap(({ commands }) => commands.map(line => words(line)[0]));
  expect([...new Set(names)]).toEqual(['status', 'evacuate', 'takeover', 'follow', 'redrive', 'replay', 'restore', 'doctor']);
});

// by npm run test:operate
const proof = process.env.LONG ? describe : describe.skip;

proof('the runbook, on local regions of which one is frozen', () => {
  let kept: KeptRegions;
  beforeAll(async () => { kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts'); });
  afterAll(async () => kept?.stop());

  /** The order that the page calls o-1. */
  let key = '';
  const ran: string[] = [];
  /** Runs what a section of the page says. */
  async function section(title: string): Promise<Ran[]> {
    const outcomes: Ran[] = [];
    for (const line of sections.find(one => one.title === title)!.commands) {
      outcomes.push(await kept.operate(...words(line).map(word => (word === 'o-1' ? key : word))));
      ran.push(line);
    }
    return outcomes;
  }

  /** Freezes the region when its peer knows of an order that is under way there. */
  async function freezeWithAnOrder(): Promise<void> {
    for (let tries = 1; tries <= 10; tries++) {
      key = `o-${tries}`;
      await kept.place(BAD, key);
      await sleep(EVENT_MS + 100 * tries);
      kept.freeze(BAD);
      if (/"region":"us-west-2","status":"STARTED"/.test((await kept.operate('takeover', 'show', key, '--json')).out)) return;
      kept.thaw(BAD);
    }
    throw new Error('no order was under way in time');
  }

  test('leads through a bad day', async () => {
    await freezeWithAnOrder();
    const begin = performance.now();
    const [look] = await section('1. Look');
    expect([look.code, look.out]).toEqual([1, expect.stringMatching(new RegExp(`${BAD}: nothing of it answers -> cdk-multi-region evacuate ${BAD}`))]);
    const [left] = await section('2. Leave the region');
    expect([left.code, left.err, left.out]).toEqual([0, '', expect.stringContaining(`${BAD} is evacuated, as written in ${WELL}`)]);
    process.stdout.write(`from the first look to evacuated: ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);

    // a peer leaves an event of another region alone for a while
    await until('the peer looks at the order', async () => /"region":"ap-southeast-2","status"/.test((await kept.operate('takeover', 'show', key, '--json')).out));
    const [shown, forced] = await section('3. Bring to an end what was under way');
    expect(shown.out).toMatch(new RegExp(`^${WELL} +${WELL} +(WITNESSED|STARTED|SUCCEEDED) +${BAD}`, 'm'));
    // its peer may have taken it over by itself meanwhile
    if (forced.code !== 0) expect(forced.err).toMatch(/has an execution of it|has brought it to its end/);

    const [followed] = await section('4. Tell a customer');
    expect([followed.code, followed.out, followed.err]).toEqual([1, expect.stringContaining(WELL), expect.stringContaining(BAD)]);

    kept.thaw(BAD);
    await until('the region is back', async () => (await kept.operate('status', '--json')).out.includes('"EVACUATED"'));
    const [dry, redriven, replayed] = await section('5. Fix, and send again what was not delivered');
    expect([dry.code, redriven.code, replayed.code]).toEqual([0, 0, 0]);

    const [restored, again] = await section('6. Come back');
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining(`${BAD} is not evacuated any more`)]);
    expect(again.out).toMatch(new RegExp(`^${BAD} +yes`, 'm'));

    const [well] = await section('7. Afterwards');
    expect([well.code, well.err]).toEqual([0, '']);
    const [ready] = await section('Before the next one');
    expect([ready.code, ready.err]).toEqual([0, '']);
    expect(ran).toEqual(sections.flatMap(({ commands }) => commands));
  });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!await isSo()) {
    if (Date.now() > deadline) throw new Error(`it has not come to this: ${what}`);
    await sleep(500);
  }
}
