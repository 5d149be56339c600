import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { testApp } from '../support/synth';

/** A stack's resources by their logical ids, each a type and its properties. */
export interface Resources {
  readonly [id: string]: readonly [type: string, properties?: Record<string, unknown>];
}

const created: string[] = [];

/** An empty folder, removed after the tests. */
export function folder(): string {
  created.push(mkdtempSync(join(tmpdir(), 'diagram-')));
  return created.at(-1)!;
}

afterAll(() => created.splice(0).forEach(directory => rmSync(directory, { recursive: true })));

/** A cloud assembly with a stack per region that holds what is given, as it is. A region's further stacks have a word after it, such as `us-west-2 mesh`. */
export function assembly(stacks: { readonly [region: string]: Resources }): string {
  const app = testApp({ outdir: folder(), context: { '@aws-cdk/core:stackResourceLimit': 0 } });
  for (const [place, resources] of Object.entries(stacks)) {
    const [region] = place.split(' ');
    const stack = new Stack(app, `Stack-${place.replace(' ', '-')}`, { env: { region } });
    for (const [id, [type, properties]] of Object.entries(resources)) new CfnResource(stack, id, { type, properties });
  }
  return app.synth().directory;
}

/** Edits each template of a cloud assembly, in place. */
export function editTemplates(directory: string, edit: (template: any, region: string) => void): void {
  for (const { templateFullPath, environment } of new CloudAssembly(directory).stacksRecursively) {
    const template = JSON.parse(readFileSync(templateFullPath, 'utf8'));
    edit(template, environment.region);
    writeFileSync(templateFullPath, JSON.stringify(template));
  }
}
