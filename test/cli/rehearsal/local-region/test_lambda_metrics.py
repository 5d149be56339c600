import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import lambda_metrics, scope

ARN = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:orders"
FUNCTION, ALIAS = {"FunctionName": "orders"}, {"FunctionName": "orders", "Resource": "orders:live"}


class Dimensions(unittest.TestCase):
    def test_a_function_a_version_and_an_alias(self):
        self.assertEqual(lambda_metrics.dimensions(ARN, "$LATEST"), [{}, FUNCTION])
        version = FUNCTION | {"Resource": "orders:3"}
        self.assertEqual(lambda_metrics.dimensions(f"{ARN}:3", "3"), [{}, FUNCTION, version])
        executed = ALIAS | {"ExecutedVersion": "3"}
        self.assertEqual(lambda_metrics.dimensions(f"{ARN}:live", "3"), [{}, FUNCTION, ALIAS, executed])


class LambdaMetrics(unittest.TestCase):
    def setUp(self):
        from ministack.services import cloudwatch, lambda_svc

        cloudwatch.reset()
        self.addCleanup(cloudwatch.reset)
        self.cloudwatch, self.functions, self.result = cloudwatch, lambda_svc, {"body": None}
        for seam in (lambda_metrics.EMIT, lambda_metrics.EXECUTE, lambda_metrics.EXECUTE_NODE):
            patch = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch.object(lambda_svc, "_execute_function_dispatch", lambda *arguments: dict(self.result))
        patch.start()
        self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        lambda_metrics.install()

    def invoke(self, result: dict, region: str = HOME, **function: object) -> dict:
        self.result = result
        arn = f"arn:aws:lambda:{region}:{ACCOUNT}:function:orders:live"
        config = {"FunctionName": "orders", "FunctionArn": arn, "Version": "2"}
        return self.functions._execute_function({"config": config, **function}, {})

    def sums(self, dimensions: dict = ALIAS) -> dict[str, float]:
        """The sum of each metric with these dimensions, but for the duration."""
        found = {}
        for name in ("Invocations", "Errors", "Throttles"):
            points = self.cloudwatch._metrics.get(("AWS/Lambda", name, self.cloudwatch._dims_key(dimensions)), [])
            if points:
                found[name] = self.cloudwatch._calc_stats(points)["Sum"]
        return found

    def test_an_invocation_counts_for_all_its_dimensions(self):
        self.assertEqual(self.invoke({"body": {"statusCode": 500}}), {"body": {"statusCode": 500}})
        for dimensions in ({}, FUNCTION, ALIAS, ALIAS | {"ExecutedVersion": "2"}):
            self.assertEqual(self.sums(dimensions), {"Invocations": 1, "Errors": 0, "Throttles": 0})
        self.assertEqual(self.sums(ALIAS | {"ExecutedVersion": "1"}), {})

    def test_what_throws_is_an_error(self):
        self.invoke({"body": {"errorMessage": "no"}, "error": True})
        self.invoke({"body": None})
        self.assertEqual(self.sums(), {"Invocations": 2, "Errors": 1, "Throttles": 0})

    def test_what_is_throttled_is_no_invocation(self):
        result = self.invoke({"body": None}, concurrency=0)
        self.assertTrue(result["throttle"])
        self.assertEqual(self.sums(), {"Throttles": 1})

    def test_a_function_of_another_region_counts_there_and_once(self):
        self.invoke({"body": None}, region="eu-west-1")
        self.assertEqual(self.sums(), {})
        with scope.within(ACCOUNT, "eu-west-1"):
            self.assertEqual(self.sums()["Invocations"], 1)

    def test_the_duration_is_that_of_the_function_without_waiting_for_it(self):
        self.invoke({"body": None, lambda_metrics._RAN_FOR: 12})
        points = self.cloudwatch._metrics.get(("AWS/Lambda", "Duration", self.cloudwatch._dims_key(ALIAS)))
        self.assertEqual([(point["Value"], point["Unit"]) for point in points], [(12.0, "Milliseconds")])

    def test_many_invocations_are_few_points(self):
        points = []
        with mock.patch("time.time", return_value=1000.2):
            for number in range(1000):
                lambda_metrics.add_point(points, number % 2, "Count", {})
        self.assertEqual([(point["Value"], point["Count"]) for point in points], [(0.0, 500.0), (1.0, 500.0)])
        with mock.patch("time.time", side_effect=range(2000, 5000)):
            for _ in range(3000):
                lambda_metrics.add_point(points, 1, "Count", {})
        self.assertEqual(len(points), lambda_metrics.MOST_POINTS)
        self.assertEqual(points[-1]["Timestamp"], 4999.0)


if __name__ == "__main__":
    unittest.main()
