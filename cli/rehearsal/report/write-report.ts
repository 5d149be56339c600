import { mkdirSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, extname } from 'path';
import { toHtml } from './html';
import { toJson } from './json';
import { toJunit } from './junit';
import { Report } from './report';
import { UserError } from '../machine/user-error';

const FORMATS: Readonly<Record<string, (report: Report) => string>> = { '.html': toHtml, '.json': toJson, '.xml': toJunit };

/** Says why no report can be written to a file of that name; nothing if it can: for options, before the run. */
export function reportFileProblem(file: string): string | undefined {
  const extension = extname(file).toLowerCase();
  return extension in FORMATS ? undefined : `a report is a file that ends in .html (a page), .json or .xml (JUnit), not "${file}"`;
}

/** Writes a report to a file, as its extension says: a page, JSON, or JUnit XML. Makes its folder, and replaces a file as a whole or not at all. */
export function writeReport(report: Report, file: string): void {
  const problem = reportFileProblem(file);
  if (problem !== undefined) throw new UserError(problem);
  const text = FORMATS[extname(file).toLowerCase()](report);
  const partial = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
