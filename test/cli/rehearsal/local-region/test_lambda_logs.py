import queue
import threading
import time
import types
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import lambda_logs
from local_region.guards import UnexpectedMiniStack


def worker(runtime: str = "nodejs24.x") -> types.SimpleNamespace:
    return types.SimpleNamespace(config={"Runtime": runtime}, _stderr_queue=queue.Queue())


class LambdaLogs(unittest.TestCase):
    def setUp(self):
        self.drain = lambda_logs._up_to_mark(lambda self: "as before")

    def test_lines_are_read_up_to_the_mark_however_late_they_come(self):
        node = worker()
        node._stderr_queue.put("first")

        def late() -> None:
            time.sleep(0.3)
            for line in ("second", lambda_logs.MARK, "of the next invocation"):
                node._stderr_queue.put(line)

        threading.Thread(target=late).start()
        self.assertEqual(self.drain(node), "first\nsecond")
        self.assertEqual(node._stderr_queue.get_nowait(), "of the next invocation")

    def test_a_line_without_an_end_is_a_line(self):
        node = worker()
        node._stderr_queue.put(f"text{lambda_logs.MARK}")
        self.assertEqual(self.drain(node), "text")

    def test_a_mark_that_does_not_come_is_not_waited_for_forever(self):
        node = worker()
        node._stderr_queue.put("last words")
        with mock.patch.object(lambda_logs, "PATIENCE", 0.05):
            self.assertEqual(self.drain(node), "last words")

    def test_functions_in_other_languages_are_read_as_before(self):
        self.assertEqual(self.drain(worker("python3.13")), "as before")

    def test_the_script_marks_its_answers(self):
        script = lambda_logs._marking_answers(f"{lambda_logs._ANSWER}\nconst _stderrWrite = 1;")
        self.assertIn("answered", script)
        self.assertNotIn(lambda_logs._ANSWER, script)
        with self.assertRaises(UnexpectedMiniStack):
            lambda_logs._marking_answers("something else")


if __name__ == "__main__":
    unittest.main()
