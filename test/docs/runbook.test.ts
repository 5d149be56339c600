import { readFileSync } from 'fs';
import { KeptRegions, Ran } from '../cli/operate/kept-regions';

const TIMEOUT_MS = 600_000;
jest.setTimeout(TIMEOUT_MS);
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

// by npm run test:long
const proof = process.env.LONG ? describe : describe.skip;

proof('the runbook, on local regions of which one is frozen', () => {
  let kept: KeptRegions;
  beforeAll(async () => { kept = await KeptRegions.start('example-app', '--workload', 'rehearsal/workload.ts'); });
  afterAll(async () => kept?.stop());

  const ran: string[] = [];
  /** Runs what a section of the page says. */
  async function section(title: string): Promise<Ran[]> {
    const { commands } = sections.find(one => one.title === title)!;
    const outcomes: Ran[] = [];
    for (const line of commands) {
      outcomes.push(await kept.operate(...words(line)));
      ran.push(line);
    }
    return outcomes;
  }

  const order = async (region: string, id: string) => fetch(`${kept.endpoints[region]}/orders`, {
    method: 'POST',
    headers: { 'host': `${region}.orders.example.com`, 'content-type': 'application/json' },
    body: JSON.stringify({ orderId: id, customerId: 'c-1', items: [{ sku: 'book', quantity: 1, unitPriceCents: 1999 }] }),
  });

  test('leads through a bad day', async () => {
    const begin = performance.now();
    kept.freeze(BAD);
    const [look] = await section('1. Look');
    expect([look.code, look.out]).toEqual([1, expect.stringMatching(new RegExp(`${BAD}.*does not answer`, 's'))]);
    const [left] = await section('2. Leave the region');
    expect([left.code, left.err, left.out]).toEqual([0, '', expect.stringContaining(`${BAD} is evacuated, as written in ${WELL}`)]);
    process.stdout.write(`from the first look to evacuated: ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
  });
});
