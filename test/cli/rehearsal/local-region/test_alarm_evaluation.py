import time
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import alarm_evaluation, scope
from local_region.alarm_evaluation import AlarmEvaluation, state_of


class State(unittest.TestCase):
    def test_all_periods_or_as_many_as_it_takes(self):
        self.assertEqual(state_of([True, True, True], 3, "missing"), "ALARM")
        self.assertEqual(state_of([True, False, True], 3, "missing"), "OK")
        self.assertEqual(state_of([True, False, True], 2, "missing"), "ALARM")

    def test_missing_data(self):
        for missing, nothing, some in (
            ("missing", "INSUFFICIENT_DATA", "ALARM"),
            ("ignore", None, None),
            ("notBreaching", "OK", "OK"),
            ("breaching", "ALARM", "ALARM"),
        ):
            self.assertEqual(state_of([None, None], 2, missing), nothing, missing)
            self.assertEqual(state_of([True, None], 2, missing), some, missing)


class Evaluation(unittest.TestCase):
    def setUp(self):
        from ministack.services import cloudwatch

        cloudwatch.reset()
        self.addCleanup(cloudwatch.reset)
        self.cloudwatch = cloudwatch
        patch = mock.patch.object(cloudwatch, "_evaluate_alarm", cloudwatch._evaluate_alarm)
        patch.start()
        self.addCleanup(patch.stop)
        self.evaluation = AlarmEvaluation(time_scale=10)
        self.evaluation.install()
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)

    def alarm(self, name: str, bus: str, **settings: object) -> None:
        request = {
            "AlarmName": name,
            "Namespace": "Orders",
            "MetricName": "Failed",
            "Dimensions": [{"Name": "Bus", "Value": bus}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 3,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        }
        self.assertEqual(self.cloudwatch._put_metric_alarm({}, request | settings, False, True)[0], 200)

    def put(self, bus: str, value: float, ago: float = 0) -> None:
        datum = {"MetricName": "Failed", "Value": value, "Timestamp": time.time() - ago}
        datum["Dimensions"] = [{"Name": "Bus", "Value": bus}]
        self.cloudwatch._put_metric_data({}, {"Namespace": "Orders", "MetricData": [datum]}, False, True)

    def states(self) -> dict[str, str]:
        stores = (self.cloudwatch._alarms, self.cloudwatch._composite_alarms)
        return {alarm["AlarmName"]: alarm["StateValue"] for store in stores for alarm in store.values()}

    def test_an_alarm_watches_the_metric_with_its_dimensions(self):
        self.alarm("a", "a")
        self.alarm("b", "b")
        self.put("b", 5)
        self.assertEqual(self.states(), {"a": "INSUFFICIENT_DATA", "b": "ALARM"})

    def test_it_turns_back_when_time_goes_by_and_takes_composite_alarms_along(self):
        self.alarm("a", "a")
        self.cloudwatch._put_composite_alarm({}, {"AlarmName": "region", "AlarmRule": 'ALARM("a")'}, False, True)
        self.put("a", 5)
        self.assertEqual(self.states(), {"a": "ALARM", "region": "ALARM"})
        later = time.time() + 7
        with mock.patch("time.time", return_value=later):
            self.evaluation._evaluate_all()
        self.assertEqual(self.states(), {"a": "OK", "region": "OK"})

    def test_periods_are_scaled_and_each_counts_for_itself(self):
        self.alarm("a", "a", EvaluationPeriods=3, DatapointsToAlarm=2)
        self.put("a", 2, ago=1)
        self.put("a", 2, ago=7)
        self.assertEqual(self.states()["a"], "OK")
        self.put("a", 2, ago=8)
        self.put("a", 2, ago=13)
        self.put("a", 2, ago=14)
        self.assertEqual(self.states()["a"], "ALARM")

    def test_a_metric_that_never_had_data_says_nothing(self):
        self.alarm("a", "a", TreatMissingData="breaching")
        self.evaluation._evaluate_all()
        self.assertEqual(self.states()["a"], "INSUFFICIENT_DATA")
        self.put("a", 0, ago=30)
        self.assertEqual(self.states()["a"], "ALARM")

    def test_percentiles(self):
        self.alarm("a", "a", ExtendedStatistic="p99", Threshold=90, Statistic=None)
        for value in range(100):
            self.put("a", value)
        self.assertEqual(self.states()["a"], "ALARM")


if __name__ == "__main__":
    unittest.main()
