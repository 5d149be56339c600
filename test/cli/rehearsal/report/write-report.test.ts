import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { UserError } from '../../../../cli/rehearsal/machine/user-error';
import { reportFileProblem, writeReport } from '../../../../cli/rehearsal/report/write-report';
import { Sent } from '../../../../cli/rehearsal/workload/workload';
import { sampleReport } from '../../../support/rehearsal/sample-report';

const report = sampleReport({ drills: ['freeze'] });
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'report-')); });
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeReport', () => {
  test.each([['report.html', '<!doctype html>'], ['Report.JSON', '{\n  "version": 1,'], ['junit.xml', '<?xml version="1.0"']])('writes %s as its name says', (name, start) => {
    writeReport(report, join(folder, name));
    expect(readFileSync(join(folder, name), 'utf8').startsWith(start)).toBe(true);
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('writes JSON that is the report again', () => {
    writeReport(report, join(folder, 'report.json'));
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test.each(['report.json', 'report.html'])('writes %s whatever values a workload has', name => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const values = [10n, circle, { toJSON: () => { throw new Error('no'); } }, undefined, { fine: 1 }];
    const operations = values.map((value, index) => ({ ...report.operations[index], operation: { ...report.operations[index].operation, value } }));
    writeReport({ ...report, operations }, join(folder, name));
    const text = readFileSync(join(folder, name), 'utf8');
    const read = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(text)?.[1] ?? text);
    expect(read.operations.map(({ operation }: Sent) => operation.value)).toEqual(['10n', expect.stringContaining('[Circular'), expect.any(String), undefined, { fine: 1 }]);
  });

  test('makes the folder, and replaces an earlier report', () => {
    const file = join(folder, 'a/b/report.json');
    writeReport(sampleReport({ seed: 2, drills: [] }), file);
    writeReport(report, file);
    expect(JSON.parse(readFileSync(file, 'utf8')).seed).toBe(1);
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['report.json']);
  });

  test.each(['report', 'report.pdf', ''])('refuses "%s" in one sentence', name => {
    expect(() => writeReport(report, name)).toThrow(new UserError(`a report is a file that ends in .html (a page), .json or .xml (JUnit), not "${name}"`));
    expect(reportFileProblem(name)).toContain('.html');
    expect(reportFileProblem('report.html')).toBeUndefined();
  });

  test('leaves nothing half written where it cannot write', () => {
    mkdirSync(join(folder, 'report.html'));
    expect(() => writeReport(report, join(folder, 'report.html'))).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder)).toEqual(['report.html']);
  });
});
