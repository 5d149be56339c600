import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

/** What the folder may hold besides what the team's repository has. */
const NOT_COMMITTED = /^(\.rehearsal|cdk\.out|node_modules|__pycache__|rehearsal)$/;

/** A change of one file: the text that is there once, and what takes its place. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The repository of the application as its team has it: a copy of this folder, which the team changes. */
export class Repository {
  /** @param folder where the copy is made */
  public static clone(appFolder: string, folder: string): Repository {
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(appFolder).filter(name => !NOT_COMMITTED.test(name))) {
      cpSync(join(appFolder, entry), join(folder, entry), { recursive: true });
    }
    return new Repository(folder);
  }

  private constructor(readonly folder: string) {}

  /** Makes edits; throws, and makes none, if one does not fit. */
  public commit(edits: Edit[]): void {
    const contents = new Map<string, string>();
    for (const { file, from, to } of edits) {
      const content = contents.get(file) ?? readFileSync(join(this.folder, file), 'utf8');
      const parts = content.split(from);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what is to be changed once: ${from}`);
      contents.set(file, parts.join(to));
    }
    contents.forEach((content, file) => writeFileSync(join(this.folder, file), content));
  }
}
