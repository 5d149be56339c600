/** A failure that the reader can do something about: its message is one sentence that says what, so no stack trace is shown. */
export class UserError extends Error {
  constructor(message: string, readonly log?: LogExcerpt) {
    super(message);
  }
}

/** The end of the log of a failed process, and the file with the whole story. */
export interface LogExcerpt {
  readonly file: string;
  readonly lastLines: string[];
}

/** Says in a sentence what a failed call of the file system means, if it is one that the reader can put right. */
export function adviceOnFileSystem(error: unknown, folder: string): UserError | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  // How Node reports a recursive mkdir on a read-only disk
  switch (code === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`The rehearsal may not write to ${path ?? folder}: make that possible, or run a copy of this folder elsewhere.`);
    default:
      return undefined;
  }
}

export function diskFull(folder: string, log?: LogExcerpt): UserError {
  return new UserError(`The disk is full: make room (the rehearsal needs about 300 MB below ${folder}), then run it again.`, log);
}

/** Returns whether the output of a process complains about a full disk. */
export function saysDiskFull(text: string): boolean {
  return /No space left on device|ENOSPC|Disk quota exceeded/i.test(text);
}
