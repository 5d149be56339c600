import tempfile
import unittest
from pathlib import Path

from local_region.database import Database
from local_region.messages import Message, Outcome
from local_region.outbox import Outbox, Sender


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class OutboxCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "messages.sqlite"
        self.clock = Clock()
        self.outbox = self.open()

    def open(self, lag: float = 0.0) -> Outbox:
        self.database = Database(self.path)
        self.addCleanup(self.database.close)
        return Outbox(self.database, "us-west-2", lag, self.clock)

    def add(self, *numbers: int, peer: str = "eu-west-1") -> None:
        for number in numbers:
            self.outbox.add(peer, "event", "000000000000", {"number": number})

    def due(self, peer: str = "eu-west-1") -> list[int]:
        return [message.payload["number"] for _, message in self.outbox.due(peer)]


class Queue(OutboxCase):
    def test_is_in_order_and_by_peer(self):
        self.add(1, 2, 3)
        self.add(4, peer="eu-west-2")
        self.assertEqual(self.due(), [1, 2, 3])
        self.assertEqual(self.due("eu-west-2"), [4])

    def test_survives_a_process_that_never_closed_it(self):
        self.add(1, 2)
        ids = [message.id for _, message in self.outbox.due("eu-west-1")]
        self.outbox = self.open()
        self.assertEqual(self.due(), [1, 2])
        self.assertEqual([message.id for _, message in self.outbox.due("eu-west-1")], ids)

    def test_waits_for_the_lag(self):
        self.outbox = self.open(lag=0.5)
        self.add(1)
        self.assertEqual(self.due(), [])
        self.assertAlmostEqual(self.outbox.seconds_until_due("eu-west-1"), 0.5)
        self.clock.now += 0.5
        self.assertEqual(self.due(), [1])

    def test_keeps_nothing_of_a_transaction_that_fails(self):
        with self.assertRaises(ZeroDivisionError), self.database.transaction():
            self.add(1)
            1 / 0
        self.assertEqual(self.outbox.queued("eu-west-1"), 0)
        self.assertIsNone(self.outbox.seconds_until_due("eu-west-1"))


class Sending(OutboxCase):
    def setUp(self):
        super().setUp()
        self.rejected: list[tuple[str, int, str]] = []

    def send(self, deliver) -> Sender:
        sender = Sender(
            self.outbox,
            "eu-west-1",
            deliver,
            lambda peer, message, reason: self.rejected.append((peer, message.payload["number"], reason)),
        )
        sender.send_due()
        return sender

    def test_drops_what_was_answered_for(self):
        self.add(1, 2)
        sender = self.send(lambda peer, messages: [(Outcome.APPLIED, ""), (Outcome.DUPLICATE, "")])
        self.assertEqual(self.outbox.queued("eu-west-1"), 0)
        self.assertEqual(sender.counters.sent, 2)

    def test_keeps_all_while_the_peer_is_away(self):
        def away(peer: str, messages: list[Message]):
            raise ConnectionRefusedError

        self.add(1, 2)
        with self.assertRaises(ConnectionRefusedError):
            self.send(away)
        self.assertEqual(self.due(), [1, 2])

    def test_a_message_that_fails_does_not_hold_up_the_others(self):
        self.add(1, 2)
        self.send(lambda peer, messages: [(Outcome.FAILED, "busy"), (Outcome.APPLIED, "")])
        self.assertEqual(self.due(), [])
        self.clock.now += 0.1
        self.assertEqual(self.due(), [1])

    def test_pauses_grow_and_stay_bounded(self):
        self.add(1)
        pauses = []
        for _ in range(6):
            self.send(lambda peer, messages: [(Outcome.FAILED, "busy")])
            pauses.append(round(self.outbox.seconds_until_due("eu-west-1"), 3))
            self.clock.now += pauses[-1]
        self.assertEqual(pauses, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0])

    def test_reports_what_can_never_be_delivered(self):
        self.add(1)
        self.send(lambda peer, messages: [(Outcome.REJECTED, "no such bus")])
        self.assertEqual(self.rejected, [("eu-west-1", 1, "no such bus")])
        self.assertEqual(self.outbox.queued("eu-west-1"), 0)


if __name__ == "__main__":
    unittest.main()
