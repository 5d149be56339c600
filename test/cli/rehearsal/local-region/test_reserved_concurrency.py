import contextlib
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, lambda_concurrency, reserved_concurrency, scope


class ReservedConcurrency(unittest.TestCase):
    def setUp(self):
        from ministack.services import lambda_svc

        lambda_svc.reset()
        self.addCleanup(lambda_svc.reset)
        for patch in (
            mock.patch.dict(cloudformation.HANDLERS.get()[reserved_concurrency.TYPE]),
            mock.patch.object(lambda_svc, "_acquire_execution_slot", lambda_svc._acquire_execution_slot),
            mock.patch.object(lambda_svc, "_release_execution_slot", lambda_svc._release_execution_slot),
            # All functions without a reservation together.
            mock.patch.object(lambda_svc, "_ACCOUNT_CONCURRENCY_CAP", 3),
            mock.patch.object(lambda_svc, "_execute_function_dispatch", self.invoked),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        reserved_concurrency.install()
        self.inside = []

    def invoked(self, func, config, event, request_id, started):
        """Runs while the next invocations are tried."""
        return {"body": self.inside.pop(0)() if self.inside else "done"}

    def deploy(self, name: str, reserved: int | None = None) -> None:
        properties = {"FunctionName": name, "Runtime": "nodejs20.x", "Role": "role", "Code": {"ZipFile": "0"}}
        if reserved is not None:
            properties["ReservedConcurrentExecutions"] = reserved
        handler = cloudformation.HANDLERS.get()[reserved_concurrency.TYPE]
        from ministack.services import lambda_svc

        if name in lambda_svc._functions:
            handler["update"](name, {"FunctionName": name, "Code": {"ZipFile": "0"}}, properties, "stack")
        else:
            handler["create"]("Function", properties, "stack")

    def nested(self, *names: str) -> list[str]:
        """Invoke one within the other, so that all of them run at the same time; returns who was throttled and why."""
        from ministack.services import lambda_svc

        throttled = []

        def invoke(rest):
            if not rest:
                return "done"
            self.inside.insert(0, lambda: invoke(rest[1:]))
            answer = lambda_svc._execute_function(lambda_svc._functions[rest[0]], {})
            if answer.get("throttle"):
                self.inside.pop(0)
                throttled.append(f"{rest[0]}: {answer['body']['Reason']}")
                return invoke(rest[1:])
            return "done"

        invoke(names)
        return throttled

    def test_a_function_with_a_reservation_runs_while_others_are_at_the_limit_of_the_account(self):
        self.deploy("orders")
        self.deploy("health", 2)
        self.assertEqual(
            self.nested("orders", "orders", "orders", "orders", "health", "health"),
            ["orders: ConcurrentInvocationLimitExceeded"],
        )

    def test_it_takes_no_place_of_others_and_has_no_more_than_are_reserved(self):
        self.deploy("orders")
        self.deploy("health", 2)
        self.assertEqual(
            self.nested("health", "health", "health", "orders", "orders", "orders"),
            ["health: ReservedFunctionConcurrentInvocationLimitExceeded"],
        )

    def test_a_place_is_free_again_when_its_invocation_has_ended(self):
        self.deploy("health", 1)
        self.assertEqual([self.nested("health"), self.nested("health")], [[], []])

    def test_a_template_changes_it_and_takes_it_away(self):
        self.deploy("health", 1)
        self.assertEqual(len(self.nested("health", "health")), 1)
        self.deploy("health", 2)
        self.assertEqual(self.nested("health", "health"), [])
        self.deploy("health")
        self.assertEqual(self.nested("health", "health", "health"), [])


class Batches(unittest.TestCase):
    def test_a_mapping_reads_as_many_batches_as_it_may_and_the_machine_bears(self):
        from ministack.services import lambda_svc

        execute = mock.patch.object(lambda_svc, "_execute_function_warm", lambda_svc._execute_function_warm)
        batches = mock.patch.object(lambda_svc, "_sqs_esm_concurrency", lambda_svc._sqs_esm_concurrency)
        with contextlib.ExitStack() as patches:
            patches.enter_context(execute)
            patches.enter_context(batches)
            lambda_concurrency.install()

            def at_once(mapping, func=None):
                return lambda_svc._sqs_esm_concurrency(mapping, func or {}, {}, {})

            self.assertEqual(at_once({"ScalingConfig": {"MaximumConcurrency": 2}}), 2)
            self.assertEqual(at_once({"ScalingConfig": {"MaximumConcurrency": 100}}), lambda_concurrency.AT_ONCE + 1)
            self.assertEqual(at_once({}), lambda_concurrency.AT_ONCE + 1)
            self.assertEqual(at_once({}, {"concurrency": 3}), 3)


if __name__ == "__main__":
    unittest.main()
