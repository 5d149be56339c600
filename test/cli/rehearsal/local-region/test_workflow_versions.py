import json
import time
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import workflow_versions

MACHINE = f"arn:aws:states:{HOME}:{ACCOUNT}:stateMachine:greeting"


def says(word: str) -> str:
    return json.dumps({"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": word, "End": True}}})


class Executions(unittest.TestCase):
    def setUp(self):
        from ministack.services import stepfunctions

        self.stepfunctions = stepfunctions
        stepfunctions.reset()
        self.addCleanup(stepfunctions.reset)
        for seam in (workflow_versions.START, workflow_versions.STATE_MACHINES):
            restore = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            restore.start()
            self.addCleanup(restore.stop)
        workflow_versions.install()
        stepfunctions._create_state_machine({"name": "greeting", "definition": says("hello"), "roleArn": "role"})
        self.publish()
        stepfunctions._create_state_machine_alias(
            {"name": "live", "routingConfiguration": [{"stateMachineVersionArn": f"{MACHINE}:1", "weight": 100}]}
        )
        stepfunctions._update_state_machine({"stateMachineArn": MACHINE, "definition": says("goodbye")})

    def publish(self) -> None:
        self.stepfunctions._publish_state_machine_version({"stateMachineArn": MACHINE})

    def said(self, machine: str) -> str:
        _, _, body = self.stepfunctions._start_execution({"stateMachineArn": machine})
        execution = self.stepfunctions._executions[json.loads(body)["executionArn"]]
        deadline = time.monotonic() + 10
        while execution["status"] == "RUNNING":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.assertEqual(execution["status"], "SUCCEEDED")
        return json.loads(execution["output"])

    def test_by_an_alias_the_version_runs_that_it_leads_to(self):
        self.assertEqual(self.said(f"{MACHINE}:live"), "hello")
        self.publish()
        routing = [{"stateMachineVersionArn": f"{MACHINE}:2", "weight": 100}]
        self.stepfunctions._update_state_machine_alias(
            {"stateMachineAliasArn": f"{MACHINE}:live", "routingConfiguration": routing}
        )
        self.assertEqual(self.said(f"{MACHINE}:live"), "goodbye")

    def test_by_a_version_that_version_runs(self):
        self.assertEqual(self.said(f"{MACHINE}:1"), "hello")

    def test_without_either_the_state_machine_runs_as_it_is(self):
        self.assertEqual(self.said(MACHINE), "goodbye")


if __name__ == "__main__":
    unittest.main()
