import logging
import tempfile
import unittest
from pathlib import Path

from local_region.database import Database
from local_region.inbox import Inbox
from local_region.messages import Message, Outcome, Rejected


def message(kind: str = "event") -> Message:
    return Message(kind=kind, account="000000000000", origin="eu-west-1", payload={})


class InboxCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "messages.sqlite"
        self.applied: list[str] = []
        self.error: Exception | None = None
        self.inbox = self.open()
        logging.disable(logging.ERROR)
        self.addCleanup(logging.disable, logging.NOTSET)

    def open(self) -> Inbox:
        database = Database(self.path)
        self.addCleanup(database.close)
        return Inbox(database, {"event": self.handle})

    def handle(self, received: Message) -> None:
        if self.error:
            raise self.error
        self.applied.append(received.id)

    def test_applies_a_message_once(self):
        first = message()
        self.assertEqual(self.inbox.receive(first)[0], Outcome.APPLIED)
        self.assertEqual(self.inbox.receive(first)[0], Outcome.DUPLICATE)
        self.assertEqual(self.applied, [first.id])
        self.assertEqual((self.inbox.received, self.inbox.duplicates), (1, 1))

    def test_remembers_after_a_restart(self):
        first = message()
        self.inbox.receive(first)
        self.assertEqual(self.open().receive(first)[0], Outcome.DUPLICATE)
        self.assertEqual(self.applied, [first.id])

    def test_takes_a_message_again_that_it_could_not_apply(self):
        first = message()
        self.error = RuntimeError("busy")
        outcome, reason = self.inbox.receive(first)
        self.assertEqual(outcome, Outcome.FAILED)
        self.assertIn("busy", reason)
        self.error = None
        self.assertEqual(self.inbox.receive(first)[0], Outcome.APPLIED)

    def test_rejects_for_good(self):
        first = message()
        self.error = Rejected("no such bus")
        self.assertEqual(self.inbox.receive(first), (Outcome.REJECTED, "no such bus"))
        self.assertEqual(self.inbox.receive(message("unheard of"))[0], Outcome.REJECTED)
        self.error = None
        self.assertEqual(self.inbox.receive(first)[0], Outcome.DUPLICATE)


if __name__ == "__main__":
    unittest.main()
