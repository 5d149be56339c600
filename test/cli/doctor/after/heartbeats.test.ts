/** Heartbeats, by the ledger and by the metrics of buses. */
import { busHeartbeatFinding } from '../../../../cli/doctor/after/bus-heartbeats';
import { eventFinding } from '../../../../cli/doctor/after/events-pass';
import { heartbeatRules } from '../../../../cli/doctor/after/heartbeat-rules';
import { heartbeatFindings } from '../../../../cli/doctor/after/ledger-heartbeats';
import { StackArtifact } from '../../../../cli/system/cloud-assembly';

const REGIONS = ['eu-west-1', 'us-west-2'];
const NOW = 1_800_000_000_000;
const beats = (age: number) => [{ region: 'eu-west-1', beatAt: NOW - 1_000, upSince: 0 }, { region: 'us-west-2', beatAt: NOW - age * 1000, upSince: 0 }];
const rule = { bus: 'Orders-Bus', region: 'eu-west-1', peer: 'us-west-2', rule: 'heartbeats-from-us-west-2' };

test('a heartbeat of the ledger may be two intervals old', () => {
  expect(heartbeatFindings('eu-west-1', 'Flow', REGIONS, beats(120), NOW).map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  expect(heartbeatFindings('eu-west-1', 'Flow', REGIONS, beats(121), NOW)[1]).toMatchObject({
    region: 'eu-west-1', verdict: 'failed', says: 'the last heartbeat of us-west-2 in the ledger of Flow is 121 s old, and 120 s are the most',
  });
});

test('a heartbeat that has never arrived fails', () => {
  expect(heartbeatFindings('eu-west-1', 'Flow', REGIONS, beats(1).slice(0, 1), NOW)[1]).toMatchObject({ verdict: 'failed', says: 'no heartbeat of us-west-2 has ever arrived in the ledger of Flow' });
});

test('no data is no heartbeat, except where nobody measures', () => {
  expect(busHeartbeatFinding(rule, 9, false).verdict).toBe('ok');
  expect(busHeartbeatFinding(rule, 0, false)).toMatchObject({ verdict: 'failed', says: 'no heartbeat of us-west-2 arrived on Orders-Bus in the last 10 minutes' });
  expect(busHeartbeatFinding(rule, 0, true).verdict).toBe('unknown');
});

test('rules of heartbeats are found in templates, and no other rules', () => {
  const events = (Name: unknown, EventBusName: unknown) => ({ Type: 'AWS::Events::Rule', Properties: { Name, EventBusName } });
  const Resources = {
    A: events('heartbeats-from-us-west-2', 'Orders-Bus'),
    B: events('heartbeats-from-ap-east-1', 'Orders-Bus'),
    C: events('replication-0', 'Orders-Bus'),
    D: events('heartbeats-from-us-west-2', { Ref: 'Bus' }),
    E: { Type: 'AWS::SQS::Queue', Properties: { Name: 'heartbeats-from-us-west-2', EventBusName: 'Orders-Bus' } },
  };
  expect(heartbeatRules([{ region: 'eu-west-1', template: { Resources } } as unknown as StackArtifact], REGIONS)).toEqual([rule]);
});

test('an event arrives as one of the region that it was published in', () => {
  const way = { bus: 'Orders-Bus', origin: 'us-west-2', region: 'eu-west-1' };
  expect(eventFinding(way, { value: { seconds: 1.23 } }, { region: 'us-west-2' })).toEqual({ region: 'eu-west-1', verdict: 'ok', says: 'an event of us-west-2 on Orders-Bus arrived after 1.2 s' });
  expect(eventFinding(way, { value: { seconds: 1 } }, { region: 'eu-west-1' })).toMatchObject({ verdict: 'failed', says: expect.stringContaining('on and on') });
  expect(eventFinding(way, { value: {} }, undefined)).toMatchObject({ verdict: 'failed', says: expect.stringContaining('did not arrive') });
});
