import { homedir, platform } from 'os';
import { join } from 'path';

/**
 * Returns the folder of what takes long to make, kept for all projects of a user: the Python environments of the local regions.
 *
 * @see https://specifications.freedesktop.org/basedir/latest/
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const caches = platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  // a relative path is to be ignored, as the specification has it
  const chosen = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : caches;
  return join(chosen, 'cdk-multi-region');
}

/** Returns the folder of the environments. */
export function pythonFolder(): string {
  return join(cacheFolder(), 'python');
}
