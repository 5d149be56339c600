/** Every combination of accounts, approval, bake, waves and standby, for 1, 2, 3 and 10 regions, is clean under cdk-nag. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import { GitPullRequestEvent } from 'aws-cdk-lib/aws-codepipeline';
import * as features from 'aws-cdk-lib/cx-api';
import { build, connectionIn, HOME } from './support';
import { AlarmSubscription } from '../../src';
import { PipelineSource, PipelineStageProps } from '../../src/multi-region-pipeline';
import { expectNoFindings } from '../support/findings';
import { REGIONS, testApp } from '../support/synth';

const STAGES: Record<string, (all: string[]) => Partial<PipelineStageProps>> = {
  plain: () => ({}),
  careful: all => ({
    approval: true,
    bake: { duration: Duration.hours(1), alarmNames: Object.fromEntries(all.map(region => [region, ['errors']])) },
    deploymentWindow: { cron: '* * 9-16 ? * MON-THU *' },
    waves: all.length === 10 ? [all.slice(1, 3), all.slice(3, 6), all.slice(6)] : undefined,
  }),
};
const ACCOUNTS: Record<string, [string?, string?]> = { 'one account, unknown': [], 'one account': ['111122223333', '111122223333'], 'two accounts': ['111122223333', '999988887777'] };

const CASES = [1, 2, 3, 10].flatMap(count => Object.keys(STAGES).flatMap(kind => Object.keys(ACCOUNTS).flatMap(accounts =>
  [false, true].filter(standby => !standby || count > 1).map(standby => ({ count, kind, accounts, standby })))));

function buildCase({ count, kind, accounts, standby }: typeof CASES[number], app = testApp()) {
  const [account, ofSystem] = ACCOUNTS[accounts];
  return build({ app, count, account, system: { account: ofSystem }, withTopic: kind === 'plain', stage: STAGES[kind](REGIONS.slice(0, count)) }, {
    source: PipelineSource.gitHub('a/b', {
      connectionArn: connectionIn(HOME),
      standbyConnectionArn: connectionIn('us-west-2'),
      triggers: kind === 'plain' ? undefined : { tags: ['v*'], pullRequestEvents: [GitPullRequestEvent.CLOSED] },
    }),
    ...kind !== 'plain' && { notificationSubscriptions: [AlarmSubscription.email('ops@example.com')] },
    ...standby && { standbyRegion: 'us-west-2' },
  });
}

test.each(CASES)('MultiRegionPipeline to $count regions, $kind, $accounts, standby $standby, has no finding', options => {
  const { app } = buildCase(options);
  expectNoFindings(app);
});

describe('MultiRegionPipeline', () => {
  const { CDK_VALIDATION, JSII_DEPRECATED } = process.env;
  afterEach(() => { Object.assign(process.env, { CDK_VALIDATION, JSII_DEPRECATED }); });

  const allFlags = Object.fromEntries(Object.values(features)
    .filter(flag => typeof flag === 'string' && /^@aws-cdk\//.test(flag) && !features.CURRENT_VERSION_EXPIRED_FLAGS.includes(flag))
    .map(flag => [flag, true]));

  test.each([['no feature flag', {}], ['all feature flags', allFlags]])('with %s passes the CDK\'s own template validation, and both packs', (_, context) => {
    process.env.CDK_VALIDATION = 'true';
    const { app } = buildCase({ count: 3, kind: 'careful', accounts: 'two accounts', standby: true }, testApp({ context }));
    const { directory } = app.synth();
    expect(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    expectNoFindings(app);
  });

  test('uses nothing that is deprecated in the CDK', () => {
    process.env.JSII_DEPRECATED = 'fail';
    const { app } = buildCase({ count: 2, kind: 'careful', accounts: 'one account, unknown', standby: true });
    expect(() => app.synth()).not.toThrow();
  });
});
