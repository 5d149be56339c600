import threading
import time
import unittest

from local_region.lambda_concurrency import limited


class Executions:
    """Stands in for MiniStack's executor: counts what runs at the same time."""

    def __init__(self):
        self._lock = threading.Lock()
        self._running = {}
        self.most = {}

    def __call__(self, func, event, request_id):
        name = func["config"]["FunctionName"]
        with self._lock:
            self._running[name] = self._running.get(name, 0) + 1
            self.most[name] = max(self.most.get(name, 0), self._running[name])
        time.sleep(0.02)
        with self._lock:
            self._running[name] -= 1
        if event == "fail":
            raise RuntimeError(request_id)
        return request_id


class LambdaConcurrencyTest(unittest.TestCase):
    def setUp(self):
        self.executions = Executions()
        self.execute = limited(self.executions, at_once=3)

    def invoke(self, names, event="ok"):
        answers = []

        def call(name, i):
            try:
                answers.append(self.execute({"config": {"FunctionName": name}}, event, i))
            except RuntimeError as error:
                answers.append(error.args[0])

        threads = [threading.Thread(target=call, args=(name, i)) for i, name in enumerate(names)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        return sorted(answers)

    def test_lets_the_surplus_wait_and_loses_none(self):
        self.assertEqual(self.invoke(["charge"] * 12), list(range(12)))
        self.assertEqual(self.executions.most, {"charge": 3})

    def test_counts_each_function_for_itself(self):
        self.invoke(["charge"] * 6 + ["ship"] * 6)
        self.assertEqual(self.executions.most, {"charge": 3, "ship": 3})

    def test_gives_back_the_place_of_one_that_fails(self):
        self.assertEqual(self.invoke(["charge"] * 6, "fail"), list(range(6)))
        self.assertEqual(self.invoke(["charge"] * 6), list(range(6)))


if __name__ == "__main__":
    unittest.main()
