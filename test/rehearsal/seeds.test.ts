import { failedClaims, rehearse } from './rehearsed';

/** None runs with the other tests. */
const COUNT = process.env.DRILLS ? Number(process.env.SEEDS ?? 5) : 0;
const TIMEOUT_MS = 1_600_000;

const APPS: [app: string, workload: string][] = [['example-app', 'rehearsal/workload.ts'], ['test/rehearsal/deliveries', 'rehearsal.ts']];
const first = Number(process.env.FIRST_SEED ?? 1);
const seeds = Array.from({ length: COUNT }, (_, i) => first + i);

// by npm run test:drills
const proof = COUNT > 0 ? describe : describe.skip;

proof.each(APPS)('every drill on %s', (app, workload) => {
  test.each(seeds.length > 0 ? seeds : [0])('loses nothing and does nothing twice without a reason, by seed %s', async seed => {
    const { code, report } = await rehearse(app, '--workload', workload, '--drills', 'all,random:2', '--seed', String(seed));
    process.stdout.write(`${app}, seed ${seed}: ${report.drills.map(({ name, requests, failed, lost, doubled, explained }) => (
      `${name} ${failed}/${requests} failed, ${lost} lost, ${doubled - explained} of ${doubled} doubles unexplained`
    )).join('; ')}\n`);
    const sum = (count: (drill: typeof report.drills[number]) => number) => report.drills.reduce((total, drill) => total + count(drill), 0);
    expect([failedClaims(report), sum(({ lost }) => lost), sum(({ doubled, explained }) => doubled - explained)]).toEqual([[], 0, 0]);
    expect([0, 3]).toContain(code);
  }, TIMEOUT_MS);
});
