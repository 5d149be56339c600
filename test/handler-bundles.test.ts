import { readdirSync, statSync } from 'fs';
import { join } from 'path';

/**
 * What Lambda reads at a cold start. The AWS SDK, which each client adds about 100 kB to, is in it: importing the runtime's own copy takes longer. The sweeper has three clients, one of them that of
 * Lambda, which is the largest; nobody waits for its cold start.
 */
const MOST = 370 * 1024;

describe('the bundle of each handler', () => {
  const bundles = readdirSync('assets', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'))
    .map(file => ({ handler: file.replace(/\.lambda\/index\.js$/, ''), size: statSync(join('assets', file)).size }));

  test('is small', () => {
    process.stdout.write(`${bundles.map(({ handler, size }) => `${(size / 1024).toFixed(1).padStart(7)} KiB  ${handler}`).join('\n')}\n`);
    expect(bundles.length).toBeGreaterThan(5);
    expect(bundles.filter(({ size }) => size > MOST)).toEqual([]);
  });
});
