import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

/** The number of earlier runs that are kept to look into. */
const KEPT = 3;

/** The folder in which one run keeps its logs, templates and the state of its regions. */
export class RunFolder {
  /** Makes a folder for this run and deletes those of runs long over. */
  public static create(scratch: string, now = new Date()): RunFolder {
    const runs = join(scratch, 'runs');
    mkdirSync(runs, { recursive: true });
    // Wherever the example-app was copied to, this is never for a repository
    writeFileSync(join(scratch, '.gitignore'), '*\n');

    const over = readdirSync(runs).filter(name => !isAlive(ownerOf(name))).sort();
    over.slice(0, -KEPT).forEach(name => rmSync(join(runs, name), { recursive: true, force: true }));

    const folder = new RunFolder(join(runs, `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${process.pid}`));
    mkdirSync(join(folder.path, 'logs'), { recursive: true });
    return folder;
  }

  private constructor(readonly path: string) {}

  public get cloudAssembly(): string {
    return join(this.path, 'cdk.out');
  }

  public log(name: string): string {
    return join(this.path, 'logs', `${name.replace(/[^A-Za-z0-9-]+/g, '-')}.log`);
  }

  /** Returns a folder inside, which is made. */
  public folder(...names: string[]): string {
    const path = join(this.path, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Returns a file inside, which is written. */
  public file(name: string, content: string): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }
}

/** Returns the process that a name ending in its id belongs to. */
export function ownerOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1]);
}

export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is somebody else's
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
