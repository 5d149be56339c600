import { accessSync, constants } from 'fs';
import { delimiter, join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Browser, chromium } from 'playwright-core';

/** The time that a browser on a busy machine may take to draw. */
const WAIT_MS = 5000;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Returns the Chromium of this machine; nothing if it has none: `CHROMIUM` or one of the usual names on the PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter).filter(folder => folder !== '');
  return [env.CHROMIUM ?? [], folders.flatMap(folder => NAMES.map(name => join(folder, name)))].flat().find(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts it, without a window. */
export async function startChromium(): Promise<Browser> {
  // in a container, it has no sandbox of its own
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
}

/** Waits until something of a page is as expected: it is drawn a moment after what causes it. */
export async function expectSoon(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  const begin = Date.now();
  for (;;) {
    const value = await read();
    try {
      return expect(value).toEqual(expected);
    } catch (error) {
      if (Date.now() - begin > WAIT_MS) throw error;
      await sleep(20);
    }
  }
}
