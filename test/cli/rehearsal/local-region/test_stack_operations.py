import asyncio
import time
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import stack_operations
from local_region.stack_operations import HANDLE, STACKS


class StackOperations(unittest.TestCase):
    def setUp(self):
        self.stack = {"StackStatus": "CREATE_IN_PROGRESS"}
        STACKS.get()["orders"] = self.stack
        self.addCleanup(STACKS.get().pop, "orders")

        async def handle(method, path, headers, body, query_params):
            return 200, {}, b"answer"

        patch = mock.patch(f"{HANDLE.module}.{HANDLE.name}", handle)
        patch.start()
        self.addCleanup(patch.stop)
        stack_operations.install()

    def seconds_for(self, action: str, becomes: str | None = None) -> float:
        async def main() -> float:
            if becomes:
                asyncio.get_running_loop().call_later(0.2, self.stack.update, {"StackStatus": becomes})
            started = time.monotonic()
            answer = await HANDLE.get()("POST", "/", {}, f"Version=1&Action={action}&StackName=orders".encode(), {})
            self.assertEqual(answer, (200, {}, b"answer"))
            return time.monotonic() - started

        return asyncio.run(main())

    def test_an_operation_is_answered_when_the_stack_has_settled(self):
        self.assertGreaterEqual(self.seconds_for("ExecuteChangeSet", becomes="CREATE_COMPLETE"), 0.2)

    def test_everything_else_is_answered_at_once(self):
        self.assertLess(self.seconds_for("DescribeStacks"), 0.1)
        self.stack["StackStatus"] = "REVIEW_IN_PROGRESS"
        self.assertLess(self.seconds_for("DeleteStack"), 0.1)

    def test_patience_ends(self):
        with mock.patch.object(stack_operations, "PATIENCE_SECONDS", 0.1):
            self.assertLess(self.seconds_for("DeleteStack"), 1)


if __name__ == "__main__":
    unittest.main()
