import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { COMMITS } from './drill/commits';
import { Repository } from './drill/repository';

const folder = mkdtempSync(join(tmpdir(), 'repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

let copies = 0;
const clone = () => Repository.clone('example-app', join(folder, String(copies++)));

test('a clone has what the team has, and nothing of the rehearsal', () => {
  const files = readdirSync(clone().folder);
  expect(files).toEqual(expect.arrayContaining(['app.ts', 'cdk.json', 'handlers', 'order-system.ts', 'package.json']));
  expect(files.filter(file => /^(rehearsal|\.rehearsal|node_modules|cdk\.out)$/.test(file))).toEqual([]);
});

test('the commits of the drill fit the application, one after the other', () => {
  const repository = clone();
  const { code, definition, subscription, alarm, route, authorizer, schema, faulty, join: joining, retire, leave, deletable } = COMMITS;
  for (const edits of [[...code, ...definition, ...subscription, ...alarm], route, authorizer, schema, faulty]) repository.commit(edits);
  repository.commit(faulty.map(({ file, from, to }) => ({ file, from: to, to: from })));
  for (const edits of [joining, retire, leave, joining, deletable]) repository.commit(edits);
  const app = readFileSync(join(repository.folder, 'app.ts'), 'utf8');
  expect(app).toContain("secondaryRegions: ['us-west-2', 'eu-west-1']");
  expect(app).not.toContain('retiringRegions');
});

test.each([
  { case: 'is not there', content: 'nothing', times: 0 },
  { case: 'is there twice', content: 'one one', times: 2 },
])('a commit whose text $case is refused, and changes nothing', ({ content, times }) => {
  const repository = clone();
  writeFileSync(join(repository.folder, 'other.txt'), 'first');
  writeFileSync(join(repository.folder, 'file.txt'), content);
  expect(() => repository.commit([{ file: 'other.txt', from: 'first', to: 'second' }, { file: 'file.txt', from: 'one', to: 'two' }])).toThrow(`file.txt has ${times} times what is to be changed once: one`);
  expect(readFileSync(join(repository.folder, 'other.txt'), 'utf8')).toBe('first');
});
