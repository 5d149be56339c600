"""Deployments of one real process that fail because they are told to."""

import threading
import time
import unittest

from regions import Process, shared_region

TOPIC = {"Type": "AWS::SNS::Topic"}


def queue(name: str, **properties: object) -> dict:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def setUpModule():
    Faults.region = shared_region()


class Faults(unittest.TestCase):
    region: Process

    def setUp(self):
        self.stack = self.id().rpartition("_")[2]
        self.addCleanup(self.region.set, "deployment-faults", {"faults": []})

    def have(self, *faults: dict) -> None:
        status, _ = self.region.set("deployment-faults", {"faults": [{"stack": self.stack, **each} for each in faults]})
        self.assertEqual(status, 200)

    def to_come(self) -> list[dict]:
        return self.region.status()["deployment-faults"]["faults"]

    def reason(self, logical_id: str, status: str) -> str:
        events = self.region.events(self.stack)
        return next(reason for name, found, reason in events if (name, found) == (logical_id, status))

    def test_a_resource_is_not_created_once(self):
        self.have({"resource": "Queue", "reason": "Out of order"}, {"resource": "Queue", "stack": "another"})
        resources = {"Queue": queue(self.stack)}
        self.assertEqual(self.region.operate("create_stack", self.stack, resources), "ROLLBACK_COMPLETE")
        self.assertRegex(
            self.reason("Queue", "CREATE_FAILED"),
            r'^Resource handler returned message: "Out of order \(Service: SQS, Status Code: 500, Request ID: \S+\)" '
            r"\(RequestToken: \S+, HandlerErrorCode: ServiceInternalError\)$",
        )
        self.assertEqual([fault["stack"] for fault in self.to_come()], ["another"])
        self.region.operate("delete_stack", self.stack)
        self.assertEqual(self.region.operate("create_stack", self.stack, resources), "CREATE_COMPLETE")

    def test_a_type_means_its_first_resource(self):
        self.have({"resource": "AWS::SQS::Queue"})
        self.assertEqual(
            self.region.operate("create_stack", self.stack, {"Topic": TOPIC, "A": queue("a"), "B": queue("b")}),
            "ROLLBACK_COMPLETE",
        )
        failed = [name for name, status, _ in self.region.events(self.stack) if status == "CREATE_FAILED"]
        self.assertIn(failed, (["A"], ["B"]))

    def test_the_second_of_a_type(self):
        self.have({"resource": "AWS::SQS::Queue", "skip": 1})
        resources = {"A": queue("a"), "B": queue("b")}
        self.assertEqual(self.region.operate("create_stack", self.stack, resources), "ROLLBACK_COMPLETE")
        statuses = [status for _, status, _ in self.region.events(self.stack)]
        self.assertEqual([statuses.count("CREATE_FAILED"), statuses.count("DELETE_COMPLETE")], [1, 1])

    def test_an_update_and_its_rollback(self):
        first = {"Queue": queue(self.stack, DelaySeconds=1)}
        second = {"Queue": queue(self.stack, DelaySeconds=2), "Topic": TOPIC | {"DependsOn": "Queue"}}
        self.assertEqual(self.region.operate("create_stack", self.stack, first), "CREATE_COMPLETE")
        self.have({"resource": "Queue", "operation": "update"})
        self.assertEqual(self.region.operate("update_stack", self.stack, second), "UPDATE_ROLLBACK_COMPLETE")
        self.have({"resource": "Topic"}, {"resource": "Queue", "operation": "revert"})
        self.assertEqual(self.region.operate("update_stack", self.stack, second), "UPDATE_ROLLBACK_FAILED")
        self.assertEqual(self.to_come(), [])
        self.assertEqual(self.region.operate("continue_update_rollback", self.stack), "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.region.operate("update_stack", self.stack, second), "UPDATE_COMPLETE")

    def test_a_delete(self):
        self.region.operate("create_stack", self.stack, {"Queue": queue(self.stack)})
        self.have({"resource": "Queue", "operation": "delete"})
        self.assertEqual(self.region.operate("delete_stack", self.stack), "DELETE_FAILED")
        self.assertEqual(self.region.operate("delete_stack", self.stack), "DELETE_COMPLETE")

    def test_what_is_late_keeps_nobody_else(self):
        self.have({"resource": "AWS::SNS::Topic", "seconds": 1.5})
        started = time.monotonic()
        slow = threading.Thread(target=self.region.operate, args=("create_stack", self.stack, {"Topic": TOPIC}))
        slow.start()
        while self.to_come():
            self.assertLess(time.monotonic() - started, 10)
            time.sleep(0.02)
        asked = time.monotonic()
        self.region.status()
        self.assertLess(time.monotonic() - asked, 1)
        slow.join()
        self.assertGreaterEqual(time.monotonic() - started, 1.5)
        self.assertNotIn("CREATE_FAILED", [status for _, status, _ in self.region.events(self.stack)])

    def test_what_makes_no_sense_is_refused(self):
        for faults, reason in (
            (None, "has to be a list"),
            ([{"stack": "s"}], "resource"),
            ([{"stack": "s", "resource": 1}], "have to be text"),
            ([{"stack": "s", "resource": "r", "operation": "replace"}], "one of create, update, revert, delete"),
            ([{"stack": "s", "resource": "r", "times": 2}], "times"),
            ([{"stack": "s", "resource": "r", "seconds": "2"}], "seconds"),
            ([{"stack": "s", "resource": "r", "seconds": -1}], "seconds"),
            ([{"stack": "s", "resource": "r", "skip": -1}], "skip"),
            (["s"], "no fault"),
        ):
            with self.subTest(faults):
                status, answer = self.region.set("deployment-faults", {"faults": faults})
                self.assertEqual(status, 400)
                self.assertIn(reason, answer["message"])
        self.assertEqual(self.to_come(), [])


if __name__ == "__main__":
    unittest.main()
