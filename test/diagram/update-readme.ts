/** Draws the example-app into the README. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import '../support/setup';
import { synthesizeExample } from './example';
import { withPicture } from './readme';
import { ArchitectureDiagram } from '../../src';

const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
try {
  const picture = ArchitectureDiagram.fromAssemblies(synthesizeExample(folder)).toMermaid();
  writeFileSync('README.md', withPicture(readFileSync('README.md', 'utf8'), picture));
} finally {
  rmSync(folder, { recursive: true });
}
