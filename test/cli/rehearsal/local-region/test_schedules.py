import time
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import schedules

KEY = (ACCOUNT, HOME, "default/beat")


class Schedules(unittest.TestCase):
    def setUp(self):
        from ministack.services import eventbridge, scheduler

        scheduler.reset()
        self.addCleanup(scheduler.reset)
        self.scheduler = scheduler
        self.published: list[dict] = []
        self.invoked: list[dict] = []
        for patch in (
            mock.patch.object(scheduler, "_tick_schedules", scheduler._tick_schedules),
            mock.patch.object(scheduler, "_SCHEDULE_TICK_INTERVAL", 10),
            mock.patch.object(
                eventbridge, "_invoke_target", lambda target, event, rule, view=None: self.invoked.append(event)
            ),
            mock.patch.object(eventbridge, "_put_events", self.put_events),
            mock.patch.dict(scheduler._schedule_last_fired, clear=True),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        schedules.install()

    def put_events(self, data, allow_aws_source=False):
        from ministack.core.responses import json_response

        self.published += data["Entries"]
        return json_response({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})

    def schedule(self, expression: str = "rate(1 minute)", **options: object) -> None:
        target = {
            "Arn": f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/orders",
            "RoleArn": "role",
            "EventBridgeParameters": {"Source": "canary", "DetailType": "Beat"},
            "Input": '{"n": 1}',
        }
        body = {"ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **options}
        self.scheduler._create_schedule("beat", body)

    def tick(self, seconds_later: float = 0) -> int:
        now = time.time() + seconds_later
        before = len(self.published)
        with mock.patch.object(self.scheduler.time, "time", lambda: now):
            self.scheduler._tick_schedules()
        return len(self.published) - before

    def test_a_rate_begins_at_once(self):
        self.schedule()
        self.assertEqual([self.tick(), self.tick(59), self.tick(61)], [1, 0, 1])
        self.assertEqual(self.published[0], {
            "EventBusName": f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/orders",
            "Source": "canary",
            "DetailType": "Beat",
            "Detail": '{"n": 1}',
            "Resources": [f"arn:aws:scheduler:{HOME}:{ACCOUNT}:schedule/default/beat"],
        })  # fmt: skip

    def test_a_rate_with_a_start_date_begins_then(self):
        self.schedule(StartDate=time.time() + 100)
        self.assertEqual([self.tick(), self.tick(101)], [0, 1])

    def test_a_schedule_that_is_made_again_is_a_new_one(self):
        self.schedule()
        self.tick()
        self.scheduler._delete_schedule("beat", {})
        self.tick()
        self.schedule()
        self.assertEqual(self.tick(), 1)

    def test_a_cron_expression_waits_for_its_time(self):
        self.schedule("cron(0 0 1 1 ? 2199)")
        self.assertEqual(self.tick(), 0)

    def test_a_disabled_schedule_does_nothing(self):
        self.schedule(State="DISABLED")
        self.assertEqual(self.tick(), 0)

    def test_other_targets_are_left_to_ministack(self):
        self.schedule(Target={"Arn": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:beat", "RoleArn": "role"})
        self.tick()
        self.assertEqual((len(self.invoked), self.published), (1, []))

    def test_due_schedules_are_looked_for_every_second(self):
        self.assertEqual(self.scheduler._SCHEDULE_TICK_INTERVAL, 1)


if __name__ == "__main__":
    unittest.main()
