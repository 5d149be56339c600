import asyncio
import json
import unittest

from local_region.event_faults import ROUTE, EventFaults
from local_region.gateway import BadRequest, Gateway
from local_region.peers import Peers

ENTRIES = {"Entries": [{"Detail": "{}"}, {"Detail": "{}"}]}


class EventFaultsTest(unittest.TestCase):
    def setUp(self):
        self.faults = EventFaults()
        self.served: list[bytes] = []

        async def ministack(scope, receive, send):
            self.served.append(dict(scope["headers"]).get(b"x-amz-target", b""))

        async def set_faults(body):
            self.faults.set(body)
            return self.faults.now

        self.gateway = Gateway(
            self.faults.around(ministack), "us-west-2", "us-west-2", Peers({}), {("PUT", ROUTE): set_faults}
        )

    def request(self, target: str, body: object = ENTRIES, disconnects: bool = True) -> tuple[int, dict] | None:
        return asyncio.run(self.send("POST", "/", target, body, disconnects))

    async def send(self, method: str, path: str, target: str, body: object, disconnects: bool = True):
        sent, content = [], json.dumps(body).encode()
        events = [
            {"type": "http.request", "body": content[:9], "more_body": True},
            {"type": "http.request", "body": content[9:]},
            *([{"type": "http.disconnect"}] if disconnects else []),
        ]

        async def receive():
            return events.pop(0) if events else await asyncio.Event().wait()

        async def answer(message):
            sent.append(message)

        headers = [(b"x-amz-target", target.encode())] if target else []
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        await self.gateway(scope, receive, answer)
        return (sent[0]["status"], json.loads(sent[1]["body"])) if sent else None

    def test_nothing_fails_until_it_is_told_to(self):
        self.assertEqual(self.faults.now, {"putEvents": None, "pipes": False})
        self.request("AWSEvents.PutEvents")
        self.assertEqual(self.served, [b"AWSEvents.PutEvents"])

    def test_a_request_is_refused(self):
        for kind, code in (("throttled", "ThrottlingException"), ("denied", "AccessDeniedException")):
            with self.subTest(kind):
                self.faults.set({"putEvents": kind})
                status, answer = self.request("AWSEvents.PutEvents")
                self.assertEqual((status, answer["__type"]), (400, code))
        self.assertEqual(self.served, [])

    def test_entries_are_refused(self):
        self.faults.set({"putEvents": "refused"})
        status, answer = self.request("AWSEvents.PutEvents")
        self.assertEqual((status, answer["FailedEntryCount"]), (200, 2))
        self.assertEqual([entry["ErrorCode"] for entry in answer["Entries"]], ["InternalFailure"] * 2)

    def test_a_request_is_not_answered_until_its_sender_gives_up(self):
        self.faults.set({"putEvents": "silent"})
        self.assertIsNone(self.request("AWSEvents.PutEvents"))

        async def wait():
            await asyncio.wait_for(self.send("POST", "/", "AWSEvents.PutEvents", ENTRIES, disconnects=False), 0.05)

        with self.assertRaises(TimeoutError if hasattr(asyncio, "timeout") else asyncio.TimeoutError):
            asyncio.run(wait())
        self.assertEqual(self.served, [])

    def test_all_else_is_served(self):
        self.faults.set({"putEvents": "silent", "pipes": True})
        for target in ("AWSEvents.PutRule", "DynamoDB_20120810.PutItem", ""):
            self.request(target)
        self.assertEqual(self.served, [b"AWSEvents.PutRule", b"DynamoDB_20120810.PutItem", b""])

    def test_it_is_switched_on_and_off_at_its_path(self):
        for faults in ({"putEvents": "silent", "pipes": True}, {"putEvents": None, "pipes": False}):
            answer = asyncio.run(self.send("PUT", f"/_local-region/{ROUTE}", "", faults))
            self.assertEqual(answer, (200, faults))
        self.request("AWSEvents.PutEvents")
        self.assertEqual((len(self.served), self.faults.pipes_stand_still()), (1, False))

    def test_what_makes_no_sense_is_refused_and_changes_nothing(self):
        self.faults.set({"putEvents": "silent", "pipes": True})
        for faults in (None, [], {"putEvents": "slow"}, {"putEvents": True}, {"pipes": 1}, {"rules": True}):
            with self.subTest(faults), self.assertRaises(BadRequest):
                self.faults.set(faults)
        self.assertEqual(self.faults.now, {"putEvents": "silent", "pipes": True})


if __name__ == "__main__":
    unittest.main()
