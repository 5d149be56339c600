import json
import threading
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, event_loop, state_machines
from local_region.cloudformation import ResourceType

MACHINE = f"arn:aws:states:{HOME}:{ACCOUNT}:stateMachine:order"
WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}


class StateMachinesCase(unittest.TestCase):
    def setUp(self):
        from ministack.services import stepfunctions

        self.stepfunctions = stepfunctions
        stepfunctions.reset()
        self.addCleanup(stepfunctions.reset)
        for seam in (state_machines.START, state_machines.INVOKE_DYNAMODB):
            restore = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            restore.start()
            self.addCleanup(restore.stop)
        # An execution that is never run stays RUNNING, without a thread that outlives the test.
        idle = mock.patch.object(stepfunctions, "_run_execution", lambda arn: None)
        idle.start()
        self.addCleanup(idle.stop)
        state_machines.install(lambda function: function)
        stepfunctions._create_state_machine({"name": "order", "definition": json.dumps(WAITING), "roleArn": "role"})

    def start(self, name: str, execution_input: str, machine: str = MACHINE) -> tuple[int, dict]:
        status, _, body = self.stepfunctions._start_execution(
            {"stateMachineArn": machine, "name": name, "input": execution_input}
        )
        return status, json.loads(body)


class StartExecution(StateMachinesCase):
    def test_the_same_again_answers_with_the_running_execution(self):
        _, first = self.start("order-1", '{"total": 5}')
        self.assertEqual(self.start("order-1", '{ "total":5 }'), (200, first))

    def test_another_input_is_refused(self):
        self.start("order-1", '{"total": 5}')
        status, error = self.start("order-1", '{"total": 6}')
        self.assertEqual((status, error["__type"]), (400, "ExecutionAlreadyExists"))

    def test_a_finished_execution_is_not_started_again(self):
        _, first = self.start("order-1", "{}")
        self.stepfunctions._executions[first["executionArn"]]["status"] = "SUCCEEDED"
        self.assertEqual(self.start("order-1", "{}")[1]["__type"], "ExecutionAlreadyExists")


class VersionsAndAliases(StateMachinesCase):
    def type(self, name: str) -> ResourceType:
        return next(resource_type for resource_type in state_machines.TYPES if resource_type.name.endswith(name))

    def test_an_alias_moves_from_version_to_version(self):
        versions, aliases = self.type("Version"), self.type("Alias")
        first, _ = versions.create({"StateMachineArn": MACHINE}, "generated")
        second, _ = versions.update(first, {}, {"StateMachineArn": MACHINE, "Description": "second"}, "generated")
        self.assertEqual((first, second), (f"{MACHINE}:1", f"{MACHINE}:2"))

        before = {"Name": "live", "DeploymentPreference": {"StateMachineVersionArn": first, "Type": "ALL_AT_ONCE"}}
        after = {"Name": "live", "RoutingConfiguration": [{"StateMachineVersionArn": second, "Weight": "100"}]}
        alias, attributes = aliases.create(before, "generated")
        self.assertEqual((alias, attributes), (f"{MACHINE}:live", {"Arn": f"{MACHINE}:live"}))
        self.assertEqual(aliases.update(alias, before, after, "generated")[0], alias)
        self.assertEqual(self.start("order-1", "{}", machine=alias)[0], 200)

        versions.delete(first, {})
        with self.assertRaisesRegex(Exception, "referenced by alias"):
            versions.delete(second, {})
        aliases.delete(alias, after)
        versions.delete(second, {})
        self.assertEqual(len(self.stepfunctions._state_machine_versions), 0)


class Rows(StateMachinesCase):
    def test_a_task_writes_on_the_event_loop_with_the_scope_of_its_execution(self):
        import asyncio

        from ministack.core.responses import get_region, request_scope

        seen = []

        def record(operation, task_input):
            seen.append((threading.current_thread(), get_region(), operation))
            return task_input

        invoke = event_loop.running(record)

        async def main() -> None:
            with (
                mock.patch("ministack.app._MAIN_LOOP", asyncio.get_running_loop()),
                request_scope(ACCOUNT, "eu-west-1"),
            ):
                self.assertEqual(await asyncio.to_thread(invoke, "putItem", {"a": 1}), {"a": 1})

        asyncio.run(main())
        self.assertEqual(seen, [(threading.current_thread(), "eu-west-1", "putItem")])


class Handlers(unittest.TestCase):
    def test_a_handler_gets_the_generated_name_and_runs_on_a_worker_thread(self):
        class Named(ResourceType):
            name = "Test::Named::Thing"

            def create(self, properties, generated_name):
                return generated_name, {}

            def update(self, physical_id, old, new, generated_name):
                return f"{physical_id} {generated_name}", {}

            def delete(self, physical_id, properties): ...

        seam = cloudformation.WORKER_THREAD
        with (
            mock.patch.dict(cloudformation.HANDLERS.get()),
            mock.patch(f"{seam.module}.{seam.name}", seam.get()),
        ):
            cloudformation.install([Named()])
            handler = cloudformation.HANDLERS.get()["Test::Named::Thing"]
            name, _ = handler["create"]("Thing", {}, "stack")
            self.assertRegex(name, r"^stack-Thing-\w+$")
            self.assertEqual(handler["update"]("id", {}, {}, "stack", "Thing")[0], f"id {name}")
            self.assertTrue(seam.get()("Test::Named::Thing"))
            self.assertFalse(seam.get()("AWS::SQS::Queue"))


if __name__ == "__main__":
    unittest.main()
