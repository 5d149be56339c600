import asyncio
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME, PEER
from local_region import bus_targets, cloudformation, refusals, scope
from local_region.bus_targets import BUSES, HANDLE, POLICIES, BusTargets
from local_region.peers import PeerError, Peers

OTHER_ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sends"


def arn(name: str, region: str = HOME, account: str = ACCOUNT) -> str:
    return f"arn:aws:events:{region}:{account}:event-bus/{name}"


def admitting(principal: object, **more: object) -> dict:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents", "Resource": "*"}
    return {"Statement": [statement | more]}


class OtherRegion(Peers):
    """Answers from the stores of this process, as the other region does from its own."""

    def __init__(self) -> None:
        super().__init__({PEER: "http://127.0.0.1:1"})
        self.there = BusTargets(PEER, Peers({}))
        self.answers = True

    def call(self, region: str, path: str, body: dict) -> object:
        if not self.answers:
            raise PeerError(f"{region} does not answer")
        self.address(region)
        assert path == "/_local-region/event-bus-access"
        return asyncio.run(self.there.answer_peer(json.loads(json.dumps(body))))


class Targets(unittest.TestCase):
    def setUp(self):
        from ministack.services import eventbridge

        eventbridge.reset()
        self.addCleanup(eventbridge.reset)
        handlers = cloudformation.HANDLERS.get()
        for patch in (
            mock.patch.dict(handlers[bus_targets.TYPE]),
            mock.patch.object(eventbridge, "handle_request", eventbridge.handle_request),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        self.peers = OtherRegion()
        self.targets = BusTargets(HOME, self.peers)
        self.targets.install()

    def bus(self, name: str, policy: dict | None = None, region: str = HOME, account: str = ACCOUNT) -> str:
        with scope.within(account, region):
            BUSES.get()[name] = {"Name": name, "Arn": arn(name, region, account), "CreationTime": 0}
            if policy:
                POLICIES.get()[name] = policy
        return arn(name, region, account)

    def call(self, operation: str, **body: object) -> tuple[int, dict]:
        headers = {"x-amz-target": f"AWSEvents.{operation}"}
        with scope.within(ACCOUNT, HOME):
            status, _, content = asyncio.run(HANDLE.get()("POST", "/", headers, json.dumps(body).encode(), {}))
        return status, json.loads(content)

    def put(self, bus_arn: str, role: str | None = ROLE) -> str:
        """The code of the answer of PutTargets."""
        self.call("PutRule", Name="rule", EventPattern='{"source": ["shop"]}')
        target = {"Id": "bus", "Arn": bus_arn} | ({"RoleArn": role} if role else {})
        status, answer = self.call("PutTargets", Rule="rule", Targets=[target])
        return "accepted" if status == 200 else answer["__type"]

    def deploy(self, *bus_arns: str, operation: str = "create") -> None:
        targets = [{"Id": str(i), "Arn": bus_arn, "RoleArn": ROLE} for i, bus_arn in enumerate(bus_arns)]
        properties = {"Name": "rule", "EventPattern": {"source": ["shop"]}, "Targets": targets}
        before = {"create": ("Rule", properties), "update": ("rule", {"Name": "rule"}, properties)}[operation]
        with scope.within(ACCOUNT, HOME):
            cloudformation.HANDLERS.get()[bus_targets.TYPE][operation](*before, "stack")

    def test_a_bus_of_another_region_has_to_exist(self):
        self.assertEqual(self.put(arn("orders", PEER)), "ResourceNotFoundException")
        with self.assertRaisesRegex(refusals.Refusal, "Event bus orders does not exist in ap-southeast-2"):
            self.deploy(arn("orders", PEER))

    def test_a_bus_of_another_region_has_to_admit_the_account(self):
        for policy in (
            None,
            admitting(OTHER_ACCOUNT),
            admitting({"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}),
            admitting({"AWS": ACCOUNT}, Action="events:PutRule"),
            admitting("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-other"}}),
        ):
            with self.subTest(policy):
                POLICIES.get().clear()
                there = self.bus("orders", policy, PEER)
                self.assertEqual(self.put(there), "AccessDeniedException")
                with self.assertRaisesRegex(refusals.Refusal, "no resource-based policy allows.*AccessDeniedException"):
                    self.deploy(there)
                with self.assertRaises(refusals.Refusal):
                    self.deploy(there, operation="update")

    def test_the_account_and_everybody_and_the_role_are_admitted(self):
        for principal in (ACCOUNT, "*", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": ACCOUNT}, {"AWS": ROLE}):
            with self.subTest(principal):
                there = self.bus("orders", admitting(principal), PEER)
                self.assertEqual(self.put(there), "accepted")
                self.deploy(there)
                self.deploy(there, operation="update")

    def test_the_answer_comes_from_the_other_region(self):
        self.bus("orders", admitting("*"))
        self.assertEqual(self.put(arn("orders", PEER)), "ResourceNotFoundException")
        there = self.bus("orders", admitting("*"), PEER)
        self.peers.answers = False
        self.assertEqual(self.put(there), "InternalException")
        with self.assertRaisesRegex(PeerError, "does not answer"):
            self.deploy(there)

    def test_a_bus_of_the_own_region_has_to_exist_and_may_deny(self):
        self.assertEqual(self.put(arn("orders")), "ResourceNotFoundException")
        here = self.bus("orders")
        self.assertEqual(self.put(here), "accepted")
        self.deploy(here)
        POLICIES.get()["orders"] = admitting("*", Effect="Deny")
        self.assertEqual(self.put(here), "AccessDeniedException")
        self.assertEqual(self.put(arn("default"), role=None), "accepted")

    def test_a_bus_of_another_account_has_to_admit_the_account(self):
        there = self.bus("orders", None, account=OTHER_ACCOUNT)
        self.assertEqual(self.put(there), "AccessDeniedException")
        self.bus("orders", admitting(ACCOUNT), account=OTHER_ACCOUNT)
        self.assertEqual(self.put(there), "accepted")

    def test_other_targets_are_not_asked_for(self):
        self.assertEqual(self.put(f"arn:aws:sqs:{HOME}:{ACCOUNT}:seen", role=None), "accepted")
        self.deploy(f"arn:aws:sqs:{HOME}:{ACCOUNT}:seen")
        self.assertEqual(self.put("nonsense", role=None), "ValidationException")


if __name__ == "__main__":
    unittest.main()
