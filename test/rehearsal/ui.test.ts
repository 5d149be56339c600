import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { resolve } from 'path';
import { Browser, Page } from 'playwright-core';
import { findChromium, startChromium } from '../support/browser';

const APP = 'test/rehearsal/deliveries';
const TIMEOUT_MS = 240_000;
/** Until local regions are there, on a machine that is busy; and until customers are led elsewhere, which takes 8 s on one that is not. */
const UP_MS = 120_000;
const LED_MS = 60_000;

// by npm run test:long, where there is a browser
const proof = process.env.LONG && findChromium() ? test : test.skip;

/** The command with `--ui`, and where it says that the page is. */
async function watched(): Promise<{ child: ChildProcess; url: string }> {
  const options = ['--regions', 'eu-west-1,us-east-1', '--workload', 'rehearsal.ts', '--drills', 'none', '--ui'];
  const child = spawn(process.execPath, [resolve('bin/cdk-multi-region.js'), 'rehearse', ...options], { cwd: APP, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const url = await new Promise<string>((found, failed) => {
    const late = setTimeout(() => failed(new Error(`no page within ${UP_MS / 1000} s: ${said}`)), UP_MS);
    child.stdout.on('data', chunk => {
      said += chunk;
      const [, address] = /at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(said) ?? [];
      if (address !== undefined && said.includes('until you press Ctrl-C')) {
        clearTimeout(late);
        found(address);
      }
    });
    child.once('exit', code => failed(new Error(`it ended with ${code}: ${said}`)));
  });
  return { child, url };
}

/** Waits until the panel says something. */
async function says(page: Page, text: RegExp): Promise<void> {
  await page.locator('#live').getByText(text).first().waitFor({ timeout: LED_MS });
}

proof('a click freezes a region that runs, the page shows its customers leave it, and another click brings them back', async () => {
  const { child, url } = await watched();
  let browser: Browser | undefined;
  try {
    browser = await startChromium();
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', error => faults.push(error.message));
    await page.goto(url);
    await says(page, /Both regions serve at the same time/);
    await page.getByRole('button', { name: /freeze/i }).first().click();
    await says(page, /eu-west-1 has been frozen for \d+ s: .*its customers have been served by us-east-1/);
    await page.getByRole('button', { name: /thaw/i }).first().click();
    await says(page, /Both regions serve at the same time/);
    expect(faults).toEqual([]);
  } finally {
    await browser?.close();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
  }
}, TIMEOUT_MS);
