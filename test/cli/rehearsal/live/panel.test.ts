/// <reference lib="dom" />
import { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { LocalSystem } from './local-system';
import { bundledPage } from './page';
import { LiveServer } from '../../../../cli/rehearsal/live/live-server';
import { findChromium, startChromium } from '../../../support/browser';

// as long as the machine needs that does other things at the same time
const PATIENCE_MS = 60_000;
const inBrowser = process.env.LONG && findChromium() ? describe : describe.skip;

const [A, B] = ['ap-southeast-2', 'us-west-2'];

jest.setTimeout(5 * PATIENCE_MS);

inBrowser('the panel of a rehearsal, in a browser', () => {
  let browser: Browser;
  let system: LocalSystem;
  let server: LiveServer;
  let stop: AbortController;
  let page: Page;
  /** What the browser complains of, such as a script that the policy does not allow. */
  let complaints: string[];

  beforeAll(async () => { browser = await startChromium(); }, PATIENCE_MS);
  afterAll(async () => browser.close());
  beforeEach(async () => {
    [stop, complaints] = [new AbortController(), []];
    system = await LocalSystem.start([A, B]);
    server = await system.serve(bundledPage(), stop.signal);
    page = await open({ viewport: { width: 1280, height: 900 } });
    await says(/^Both regions serve at the same time/);
  });
  afterEach(async () => {
    await page.context().close();
    stop.abort();
    await system.end();
  }, PATIENCE_MS);

  async function open(options: BrowserContextOptions): Promise<Page> {
    const opened = await (await browser.newContext(options)).newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    opened.on('console', message => { if (message.type() === 'error') complaints.push(message.text()); });
    opened.on('pageerror', error => complaints.push(error.message));
    await opened.goto(server.url);
    return opened;
  }

  const card = (region: string) => page.locator(`article[data-region="${region}"]`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const says = async (text: RegExp) => page.locator('.live-now', { hasText: text }).waitFor();
  const showsIn = async (region: string, text: RegExp) => card(region).filter({ hasText: text }).waitFor();
  /** Waits until the requests of all customers go to these regions, by their places. */
  const lead = async (...to: number[]) => page.waitForFunction(expected => (
    [...document.querySelectorAll('.live-flow path.live-moving')].map(line => line.getAttribute('d')!.split(' ').at(-2)).join() === expected
  ), to.map(place => String(place * 100 + 50)).join());

  test('a click on Freeze stops a region: its customers leave, and a click on Thaw brings them back', async () => {
    expect(system.processState(B)).not.toBe('T');
    await lead(0, 1);

    await button(`Freeze ${B}`).click();
    await says(new RegExp(`^${B} has been frozen for \\d+ s: \\d+ requests failed, and its customers have been served by ${A} for \\d+ s\\.$`));
    expect(system.processState(B)).toBe('T');
    expect(system.processState(A)).not.toBe('T');
    await showsIn(B, /✕ unhealthy.*frozen \d+ s/);
    await showsIn(B, new RegExp(`Customers near it are served by ${A}\\.`));
    await showsIn(B, /0\.0 requests\/s.*It does not say how it is/);
    await showsIn(A, /[78]\.\d requests\/s/);
    await lead(0, 0);
    // the last one stays
    expect(await button(`Freeze ${A}`).getAttribute('aria-disabled')).toBe('true');
    await showsIn(A, new RegExp(`No other region serves at this moment: customers of ${A} could go nowhere`));
    await button(`Freeze ${A}`).click({ force: true });
    await says(new RegExp(`^${B} has been frozen`));
    expect(system.processState(A)).not.toBe('T');

    await button(`Thaw ${B}`).click();
    await says(/^Both regions serve at the same time/);
    expect(system.processState(B)).not.toBe('T');
    await showsIn(B, /● healthy.*Customers near it are served here\./);
    await lead(0, 1);
    expect(system.history.faults).toMatchObject([{ nemesis: 'freeze', regions: [B], until: expect.any(Number) }]);
    // what is below the panel is told as well
    await page.waitForFunction(
      least => Number(/^(\d+) operations/.exec(document.getElementById('report')!.textContent!)![1]) >= least, system.history.sent.length,
    );
    expect(complaints).toEqual([]);
  });

  test('can be used without a mouse: an evacuation loses no request, and what else is there is in a menu', async () => {
    await button(`Evacuate ${A}`).focus();
    await page.keyboard.press('Enter');
    await says(new RegExp(`^${A} has been evacuated for \\d+ s: no request failed, and its customers have been served by ${B}`));
    await page.keyboard.press('Enter');
    await says(/^Both regions serve at the same time/);

    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await card(A).getByText('rows and events of a region reach the others late').waitFor();
    const replay = button(`Replay ${A}`);
    expect(await replay.getAttribute('aria-disabled')).toBe('true');
    expect(await page.locator(`[id="${await replay.getAttribute('aria-describedby')}"]`).textContent()).toBe('It cannot be tried here: no bus has an archive.');
    // the menu stays open while the rest is drawn again
    await page.waitForTimeout(1500);
    expect(await replay.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('says that the rehearsal is gone, and goes on with the one that is started in its place', async () => {
    const { port } = new URL(server.url);
    stop.abort();
    await says(/^The rehearsal does not answer/);
    await button(`Freeze ${A}`).click({ force: true });
    expect(await button(`Freeze ${A}`).getAttribute('aria-disabled')).toBe('true');

    stop = new AbortController();
    server = await system.serve(bundledPage(), stop.signal, Number(port));
    await says(/^Both regions serve at the same time/);
    // it has the token of the new one
    await button(`Cut off ${A}`).click();
    await says(new RegExp(`^${A} has been cut off for \\d+ s: no request failed, and it serves its customers while \\d+ rows and events wait`));
    await showsIn(A, new RegExp(`to ${B}\\d+ waiting, \\d+ s behind.*orders-replication-latency`));
    await showsIn(A, /● healthy.*cut off \d+ s/);
  });

  test('listens no more while nobody looks, and has all when somebody does again', async () => {
    const look = async (isHidden: boolean) => page.evaluate(hidden => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
    await look(true);
    await page.waitForTimeout(1200);
    const [before, unseen] = [await page.locator('#report').textContent(), page.getByText('nobody sees this')];
    system.history.moment('step', 'nobody sees this');
    await page.waitForTimeout(2500);
    expect(await unseen.count()).toBe(0);
    expect(await page.locator('#report').textContent()).toBe(before);
    await look(false);
    await unseen.waitFor();
    await page.waitForFunction(
      least => Number(/^(\d+) operations/.exec(document.getElementById('report')!.textContent!)![1]) >= least, system.history.sent.length,
    );
    await says(/^Both regions serve at the same time/);
    expect(complaints).toEqual([]);
  });

  test('tells who is refused why', async () => {
    system.drill = 'evacuate';
    await says(/^The drill evacuate runs\./);
    await showsIn(A, /The drill evacuate runs: its faults come and go by themselves/);
    system.drill = undefined;
    await page.waitForFunction(name => !document.querySelector(`[aria-label="${name}"]`)!.hasAttribute('aria-disabled'), `Freeze ${A}`);
    // of two pages, the second one comes too late
    const other = await open({});
    await other.getByRole('button', { name: `Freeze ${A}`, exact: true }).waitFor();
    await other.route('**/drills/**', async route => {
      system.controls.inject('freeze', B);
      await route.continue();
    });
    await other.getByRole('button', { name: `Freeze ${A}`, exact: true }).click();
    await other.getByRole('alert').filter({ hasText: /No other region serves/ }).waitFor();
    await other.context().close();
    expect(system.processState(A)).not.toBe('T');
  });

  test.each([
    [1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark'],
  ] as const)('fits a page of %d pixels and can be read when it is %s', async (width, colorScheme) => {
    system.controls.inject('freeze', B);
    const narrow = await open({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
    await narrow.locator('summary').first().click();
    await narrow.locator(`article[data-region="${B}"]`).filter({ hasText: /frozen/ }).waitFor();
    expect(await narrow.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await narrow.evaluate(hardToRead)).toEqual([]);
    await narrow.context().close();
  });
});

/**
 * Returns what has less contrast than 4.5 to 1. What is disabled is not asked for it.
 *
 * @see https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
function hardToRead(): string[] {
  const rgb = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r, g, b] = rgb(color).map(value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element: Element | null): string => {
    if (!element) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return rgb(backgroundColor)[3] === 0 ? backgroundOf(element.parentElement) : backgroundColor;
  };
  const texts = [...document.querySelectorAll('#live *')].filter(element => !element.closest('[aria-disabled], svg, .live-spoken')
    && [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== ''));
  if (texts.length < 30) return [`only ${texts.length} texts`];
  return texts.flatMap(element => {
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast >= 4.5 ? [] : [`${element.textContent}: ${contrast.toFixed(1)}`];
  });
}
