import json
import tempfile
import time
import unittest
from datetime import datetime
from pathlib import Path
from unittest import mock

from emulator import ACCOUNT, HOME, PEER
from local_region import async_invocations, event_buses
from local_region.database import Database
from local_region.event_buses import EventBuses
from local_region.messages import Message, Rejected
from local_region.outbox import Outbox
from local_region.peers import Peers


def bus_arn(region: str, name: str) -> str:
    return f"arn:aws:events:{region}:{ACCOUNT}:event-bus/{name}"


EVENT = {
    "EventId": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "Source": "shop",
    "DetailType": "OrderPlaced",
    "Detail": '{"total": 5}',
    "Time": 1767225600,
    "Region": PEER,
    "Account": ACCOUNT,
    "Resources": ["order-1"],
}


class BusesCase(unittest.TestCase):
    def setUp(self):
        from ministack.services import eventbridge, sqs

        self.eventbridge, self.sqs = eventbridge, sqs
        for service in (eventbridge, sqs):
            service.reset()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        database = Database(Path(directory.name) / "messages.sqlite")
        self.addCleanup(database.close)
        self.outbox = Outbox(database, HOME, lag=0)
        self.buses = EventBuses(HOME, Peers({PEER: "http://127.0.0.1:1"}), self.outbox)
        for seam in (
            event_buses.TO_BUS, event_buses.INVOKE_TARGET, event_buses.TO_FUNCTION, event_buses.NOW,
            event_buses.PUT_EVENTS, event_buses.DISPATCH,
        ):  # fmt: skip
            restore = mock.patch.object(eventbridge, seam.name, seam.get())
            restore.start()
            self.addCleanup(restore.stop)
        self.buses.install()
        for name in ("orders", "audit"):
            eventbridge._create_event_bus({"Name": name})
        for name in ("seen", "dead"):
            url = f"http://127.0.0.1:1/{ACCOUNT}/{name}"
            attributes = {"QueueArn": f"arn:aws:sqs:{HOME}:{ACCOUNT}:{name}"}
            sqs._queues[url] = {"name": name, "url": url, "is_fifo": False, "attributes": attributes, "messages": []}
            sqs._queue_name_to_url[name] = url

    def rule(self, pattern: dict, *targets: dict, bus: str = "orders") -> None:
        name = f"rule-{len(self.eventbridge._rules)}"
        self.eventbridge._put_rule({"Name": name, "EventBusName": bus, "EventPattern": json.dumps(pattern)})
        with_ids = [{"Id": str(number), "RoleArn": "role", **target} for number, target in enumerate(targets)]
        self.eventbridge._put_targets({"Rule": name, "EventBusName": bus, "Targets": with_ids})

    def queue_target(self, name: str = "seen") -> dict:
        return {"Arn": f"arn:aws:sqs:{HOME}:{ACCOUNT}:{name}"}

    def messages(self, name: str = "seen") -> list[dict]:
        return self.sqs._queues[f"http://127.0.0.1:1/{ACCOUNT}/{name}"]["messages"]

    def publish(self, *entries: dict) -> dict:
        entry = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": "{}", "EventBusName": "orders"}
        _, _, body = self.eventbridge._put_events({"Entries": [entry | each for each in entries or ({},)]})
        return json.loads(body)

    def receive(self, bus: str = "orders") -> None:
        payload = {"bus": bus, "event": EVENT, "target": {}, "rule": {}}
        self.buses.receive(Message(kind="event", account=ACCOUNT, origin=PEER, payload=payload))

    def sent(self) -> list[dict]:
        return [message.payload for _, message in self.outbox.due(PEER)]


class Sending(BusesCase):
    def test_an_event_goes_to_the_bus_of_the_other_region_as_it_is(self):
        self.rule({"source": ["shop"]}, {"Arn": bus_arn(PEER, "orders")})
        self.publish()
        (sent,) = self.sent()
        self.assertEqual(sent["bus"], "orders")
        self.assertEqual((sent["event"]["Region"], sent["event"]["Source"]), (HOME, "shop"))

    def test_an_event_to_an_unknown_region_is_a_dead_letter(self):
        self.rule({"source": ["shop"]}, {
            "Arn": bus_arn("eu-west-1", "orders"),
            "DeadLetterConfig": {"Arn": self.queue_target("dead")["Arn"]},
        })  # fmt: skip
        self.publish()
        (letter,) = self.messages("dead")
        self.assertIn("no peer eu-west-1", letter["message_attributes"]["ERROR_MESSAGE"]["StringValue"])

    def test_an_event_for_a_queue_that_is_gone_is_a_dead_letter(self):
        dead = {"DeadLetterConfig": {"Arn": self.queue_target("dead")["Arn"]}}
        self.rule({"source": ["shop"]}, self.queue_target("gone") | dead, self.queue_target("seen") | dead)
        self.publish()
        self.assertEqual((len(self.messages("seen")), len(self.messages("dead"))), (1, 1))

    def test_what_the_other_region_rejects_is_a_dead_letter(self):
        target = {"Arn": bus_arn(PEER, "gone"), "DeadLetterConfig": {"Arn": self.queue_target("dead")["Arn"]}}
        self.rule({"source": ["shop"]}, target)
        self.publish()
        ((_, message),) = self.outbox.due(PEER)
        self.buses.rejected(PEER, message, "there is no event bus gone")
        (letter,) = self.messages("dead")
        self.assertEqual(json.loads(letter["body"])["source"], "shop")
        attributes = {name: each["StringValue"] for name, each in letter["message_attributes"].items()}
        self.assertEqual(attributes, {
            "RULE_ARN": f"arn:aws:events:{HOME}:{ACCOUNT}:rule/orders/rule-0",
            "TARGET_ARN": bus_arn(PEER, "gone"),
            "ERROR_CODE": "NO_RESOURCE",
            "ERROR_MESSAGE": f"{PEER}: there is no event bus gone",
        })  # fmt: skip

    def test_a_function_is_invoked_asynchronously_as_the_alias_that_the_target_names(self):
        invoked = []
        patches = {
            async_invocations.FUNCTION: lambda arn: ({"version": 1}, {"FunctionName": "ship"}, "ship"),
            async_invocations.INVOKE: lambda function, event: invoked.append((function, event)),
        }
        for seam, replacement in patches.items():
            patch = mock.patch(f"{seam.module}.{seam.name}", replacement)
            patch.start()
            self.addCleanup(patch.stop)
        alias = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:ship:live"
        self.rule({"source": ["shop"]}, {"Arn": alias, "Input": '{"a": 1}'})
        self.publish()
        ((function, event),) = invoked
        self.assertEqual(event, {"a": 1})
        self.assertEqual(function["config"], {"FunctionName": "ship", "FunctionArn": alias})


class Putting(BusesCase):
    def test_an_event_has_the_time_of_its_entry_or_of_the_call(self):
        self.rule({"source": ["shop"]}, self.queue_target())
        before = time.time()
        answer = self.publish({"Time": 1767225600}, {}, {"Time": "2026-01-01T01:00:00+01:00"}, {"Source": "aws.x"})
        self.assertEqual(answer["FailedEntryCount"], 1)
        self.assertEqual(["EventId" in each for each in answer["Entries"]], [True, True, True, False])
        first, now, third = (json.loads(message["body"])["time"] for message in self.messages())
        self.assertEqual((first, third), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))
        self.assertAlmostEqual(datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp(), before, delta=2)

    def test_more_than_ten_are_refused(self):
        self.assertEqual(self.publish(*[{}] * 11)["__type"], "ValidationException")


class Receiving(BusesCase):
    def test_an_event_keeps_what_its_region_gave_it(self):
        self.rule({"region": [PEER], "replay-name": [{"exists": False}]}, self.queue_target())
        self.receive()
        (message,) = self.messages()
        self.assertEqual(json.loads(message["body"]), {
            "version": "0",
            "id": EVENT["EventId"],
            "source": "shop",
            "detail-type": "OrderPlaced",
            "account": ACCOUNT,
            "time": "2026-01-01T00:00:00Z",
            "region": PEER,
            "resources": ["order-1"],
            "detail": {"total": 5},
        })  # fmt: skip

    def test_an_event_is_archived(self):
        self.eventbridge._create_archive({"ArchiveName": "all", "EventSourceArn": bus_arn(HOME, "orders")})
        self.receive()
        self.assertEqual(self.eventbridge._archives["all"]["EventCount"], 1)

    def test_an_event_is_not_passed_on_to_a_third_bus(self):
        self.rule({"source": ["shop"]}, {"Arn": bus_arn(PEER, "orders")}, {"Arn": bus_arn(HOME, "audit")})
        self.rule({"source": ["shop"]}, self.queue_target(), bus="audit")
        self.receive()
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.messages(), [])

    def test_a_bus_that_does_not_exist_rejects(self):
        with self.assertRaisesRegex(Rejected, "no event bus gone"):
            self.receive("gone")


class Patterns(BusesCase):
    def test_two_rules_tell_events_apart_by_their_resources(self):
        self.rule({"resources": ["order-1"]}, self.queue_target("seen"))
        self.rule({"resources": [{"prefix": "customer-"}]}, self.queue_target("dead"))
        for resources in (["order-1", "order-2"], ["order-2", "customer-1"], ["order-1", "customer-2"], []):
            self.publish({"Resources": resources})
        seen, dead = ([json.loads(each["body"])["resources"] for each in self.messages(q)] for q in ("seen", "dead"))
        self.assertEqual(seen, [["order-1", "order-2"], ["order-1", "customer-2"]])
        self.assertEqual(dead, [["order-2", "customer-1"], ["order-1", "customer-2"]])


class Archives(BusesCase):
    def archive(self, **options: str) -> list[dict]:
        self.eventbridge._create_archive({"ArchiveName": "all", "EventSourceArn": bus_arn(HOME, "orders"), **options})
        return self.eventbridge._archives["all"].setdefault("Events", [])

    def replay(self, start: float = 0, **destination: list[str]) -> None:
        self.eventbridge._start_replay({
            "ReplayName": "again",
            "EventSourceArn": f"arn:aws:events:{HOME}:{ACCOUNT}:archive/all",
            "EventStartTime": start,
            "EventEndTime": time.time() + 60,
            "Destination": {"Arn": bus_arn(HOME, "orders"), **destination},
        })  # fmt: skip
        deadline = time.monotonic() + 5
        while self.eventbridge._replays["again"]["State"] != "COMPLETED" and time.monotonic() < deadline:
            time.sleep(0.01)

    def test_only_what_matches_is_archived_wherever_it_comes_from(self):
        archived = self.archive(EventPattern=json.dumps({"detail": {"total": [5]}}))
        self.publish({"Detail": '{"total": 4}'}, {"Detail": '{"total": 5}'})
        self.receive()
        self.assertEqual([event["Region"] for event in archived], [HOME, PEER])

    def test_a_replayed_event_is_as_it_was_and_names_the_replay(self):
        self.archive()
        self.rule({"replay-name": ["again"]}, self.queue_target())
        self.rule({"replay-name": [{"exists": False}]}, self.queue_target("dead"))
        self.receive()
        self.publish({"Time": 1767225000})
        self.replay()
        live = [json.loads(message["body"]) for message in self.messages("dead")]
        replayed = [json.loads(message["body"]) for message in self.messages()]
        self.assertEqual(replayed, [event | {"replay-name": "again"} for event in live])
        self.assertEqual([(event["region"], event["id"]) for event in replayed][0], (PEER, EVENT["EventId"]))
        self.assertEqual(len(self.eventbridge._archives["all"]["Events"]), 2)

    def test_a_replay_for_some_rules_reaches_no_others(self):
        self.archive()
        self.rule({"replay-name": ["again"]}, self.queue_target())
        self.rule({"replay-name": ["again"]}, self.queue_target("dead"))
        self.publish()
        self.replay(FilterArns=[f"arn:aws:events:{HOME}:{ACCOUNT}:rule/orders/rule-0"])
        self.assertEqual((len(self.messages()), len(self.messages("dead"))), (1, 0))

    def test_what_is_older_is_not_replayed(self):
        self.archive()
        self.rule({"replay-name": ["again"]}, self.queue_target())
        self.receive()
        self.publish()
        self.replay(start=EVENT["Time"] + 1)
        self.assertEqual([json.loads(message["body"])["region"] for message in self.messages()], [HOME])

    def test_a_replayed_event_of_this_region_crosses_again_unless_its_rule_excludes_replays(self):
        self.archive()
        self.rule({"region": [HOME]}, {"Arn": bus_arn(PEER, "orders")})
        self.rule({"region": [HOME], "replay-name": [{"exists": False}]}, {"Arn": bus_arn(PEER, "guarded")})
        self.publish()
        self.receive()
        self.replay()
        self.assertEqual([event["bus"] for event in self.sent()], ["orders", "guarded", "orders"])


if __name__ == "__main__":
    unittest.main()
