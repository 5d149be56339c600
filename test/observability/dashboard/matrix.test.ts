/** The dashboard of a system with one of each construct, for 1 to 20 regions, is clean under cdk-nag, keeps to its own region and to CloudWatch's limits. */
import { MultiRegionDashboard } from '../../../src';
import { bodyIn } from '../../support/dashboard';
import { expectNoFindings } from '../../support/findings';
import { expectOwnReferencesOnly } from '../../support/references';
import { wholeSystem } from '../../support/whole-system';

const CASES = [1, 2, 3, 10].flatMap(count => [undefined, '111122223333'].map(account => ({ count, account: account ?? 'unresolved', props: { account } })))
  .filter(({ count, props }) => count < 10 || props.account);

test.each(CASES)('MultiRegionDashboard in $count regions, account $account, has no finding, and refers to nothing of another stack', ({ count, props }) => {
  const { system } = wholeSystem(count, props);
  new MultiRegionDashboard(system, 'Dashboard');
  expectNoFindings(system);
  expectOwnReferencesOnly(system);
});

test.each([1, 2, 3, 10, 20])('MultiRegionDashboard in %d regions has as much as CloudWatch takes, and fits into the template', count => {
  const { system } = wholeSystem(count);
  const dashboard = new MultiRegionDashboard(system, 'Dashboard');
  const body = bodyIn(dashboard, system.primaryRegion);
  const sizes = body.widgets.map(({ properties }) => properties.metrics?.length ?? 0);
  expect(body.widgets.length).toBeLessThanOrEqual(500);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(2500);
  // a template may have 1 MB
  expect(JSON.stringify(body).length).toBeLessThan(400_000);
  for (const { properties } of body.widgets) {
    expect((properties.metrics ?? []).filter(metric => (/SEARCH\('([^']*)'/.exec(metric[metric.length - 1].expression)?.[1] ?? '').length > 1024)).toEqual([]);
  }
}, 120_000);
