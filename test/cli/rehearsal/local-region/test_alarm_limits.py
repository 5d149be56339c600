import json
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import alarm_limits, cloudformation
from local_region.refusals import Refusal

METRIC = {
    "MetricName": "Errors",
    "Namespace": "Orders",
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 0,
}


class AlarmLimits(unittest.TestCase):
    def setUp(self):
        from ministack.services import cloudwatch

        cloudwatch.reset()
        self.addCleanup(cloudwatch.reset)
        for seam in alarm_limits.SEAMS:
            patch = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            patch.start()
            self.addCleanup(patch.stop)
        alarm_limits.install()

    def put(self, seam, request: dict) -> tuple[int, dict]:
        status, _, body = seam.get()({}, request, False, is_json=True)
        return status, json.loads(body) if body else {}

    def metric_alarm(self, name: str, period: int, evaluation_periods: int) -> tuple[int, dict]:
        window = {"AlarmName": name, "Period": period, "EvaluationPeriods": evaluation_periods}
        return self.put(alarm_limits.PUT_METRIC_ALARM, METRIC | window)

    def composite_alarm(self, rule: str) -> tuple[int, dict]:
        return self.put(alarm_limits.PUT_COMPOSITE_ALARM, {"AlarmName": "region", "AlarmRule": rule})

    def test_a_day_of_minutes_and_a_week_of_days_are_accepted(self):
        self.assertEqual(self.metric_alarm("minutes", 60, 1440)[0], 200)
        self.assertEqual(self.metric_alarm("days", 86_400, 7)[0], 200)

    def test_a_longer_window_is_refused(self):
        status, error = self.metric_alarm("minutes", 60, 1441)
        self.assertEqual((status, error["__type"]), (400, "ValidationError"))
        self.assertIn("across more than a day (EvaluationPeriods * Period must be <= 86400)", error["message"])
        self.assertIn("across more than a week", self.metric_alarm("days", 86_400, 8)[1]["message"])

    def test_a_template_is_refused_alike_and_so_is_one_with_an_expression(self):
        create = cloudformation.HANDLERS.get()["AWS::CloudWatch::Alarm"]["create"]
        create("Alarm", METRIC | {"Period": "60", "EvaluationPeriods": "5"}, "stack")
        with self.assertRaisesRegex(Refusal, "more than a day"):
            create("Alarm", METRIC | {"Period": "300", "EvaluationPeriods": "300"}, "stack")
        query = {"Id": "m", "MetricStat": {"Metric": {"MetricName": "Errors"}, "Period": 86_400, "Stat": "Sum"}}
        with self.assertRaisesRegex(Refusal, "more than a week"):
            create("Alarm", {"Metrics": [query], "EvaluationPeriods": 30, "Threshold": 0}, "stack")

    def test_a_period_that_cloudwatch_does_not_have_is_refused(self):
        for period in (1, 15, 45, 90):
            status, error = self.metric_alarm("odd", period, 1)
            self.assertEqual((period, status, error["__type"]), (period, 400, "ValidationError"))
            self.assertEqual(error["message"], "Period must be 10, 20, 30 or a multiple of 60")
        for period in (10, 20, 30, 300):
            self.assertEqual(self.metric_alarm("even", period, 1)[0], 200)
        create = cloudformation.HANDLERS.get()["AWS::CloudWatch::Alarm"]["create"]
        with self.assertRaisesRegex(Refusal, "Period must be"):
            create("Alarm", METRIC | {"Period": "45", "EvaluationPeriods": "1"}, "stack")

    def test_more_datapoints_than_periods_are_refused(self):
        create = cloudformation.HANDLERS.get()["AWS::CloudWatch::Alarm"]["create"]
        with self.assertRaisesRegex(Refusal, "DatapointsToAlarm must be less than or equal to EvaluationPeriods"):
            create("Alarm", METRIC | {"Period": 60, "EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "stack")

    def test_names_and_descriptions_that_are_too_long_are_refused(self):
        self.assertEqual(self.metric_alarm("n" * 255, 60, 1)[0], 200)
        status, error = self.metric_alarm("n" * 256, 60, 1)
        self.assertEqual((status, error["__type"]), (400, "ValidationError"))
        self.assertRegex(error["message"], "at 'alarmName' failed .* length less than or equal to 255")
        for seam, request in (
            (alarm_limits.PUT_METRIC_ALARM, METRIC | {"AlarmName": "a", "Period": 60, "EvaluationPeriods": 1}),
            (alarm_limits.PUT_COMPOSITE_ALARM, {"AlarmName": "a", "AlarmRule": "FALSE"}),
        ):
            self.assertEqual(self.put(seam, request | {"AlarmDescription": "d" * 1024})[0], 200)
            status, error = self.put(seam, request | {"AlarmDescription": "d" * 1025})
            self.assertEqual(status, 400)
            self.assertRegex(error["message"], "at 'alarmDescription' failed .* length less than or equal to 1024")
        create = cloudformation.HANDLERS.get()["AWS::CloudWatch::Alarm"]["create"]
        with self.assertRaisesRegex(Refusal, "alarmDescription"):
            create("Alarm", METRIC | {"Period": 60, "EvaluationPeriods": 1, "AlarmDescription": "d" * 1025}, "stack")

    def test_a_rule_of_100_alarms_is_accepted_and_one_of_101_is_not(self):
        names = [f"alarm-{number}" for number in range(101)]
        for name in names:
            self.metric_alarm(name, 60, 1)
        rules = [f'ALARM("{name}")' for name in names]
        self.assertEqual(self.composite_alarm(" OR ".join(rules[:100]))[0], 200)
        status, error = self.composite_alarm(" OR ".join(rules))
        self.assertEqual((status, error["__type"]), (400, "ValidationError"))
        self.assertIn("101 alarms", error["message"])

    def test_a_rule_that_is_too_long_is_refused(self):
        name = "a" * 200
        self.metric_alarm(name, 60, 1)
        rule = " OR ".join([f'ALARM("{name}")'] * 50)
        self.assertGreater(len(rule), alarm_limits.RULE_LENGTH)
        status, error = self.composite_alarm(rule)
        self.assertEqual((status, error["__type"]), (400, "ValidationError"))
        self.assertIn("length less than or equal to 10240", error["message"])

    def test_a_rule_with_an_alarm_that_is_not_there_is_refused(self):
        status, error = self.composite_alarm('ALARM("nowhere")')
        self.assertEqual((status, error["__type"]), (400, "ValidationError"))
        self.assertIn("do not exist", error["message"])


if __name__ == "__main__":
    unittest.main()
