import tempfile
import unittest
from pathlib import Path

from local_region.database import Database
from local_region.row_clock import RowClock, Version


class RowClockCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "messages.sqlite"
        self.now = 1000
        self.clock = self.open()

    def open(self) -> RowClock:
        database = Database(self.path)
        self.addCleanup(database.close)
        return RowClock(database, "us-west-2", lambda: self.now)

    def test_a_later_write_has_a_later_version_even_if_the_time_goes_back(self):
        first = self.clock.tick("1", "orders", "a")
        self.now = 10
        second = self.clock.tick("1", "orders", "a")
        self.assertEqual(first, Version(1000, "us-west-2"))
        self.assertGreater(second, first)

    def test_a_write_follows_what_another_region_wrote_before(self):
        self.clock.set("1", "orders", "a", Version(5000, "us-west-9"))
        self.assertGreater(self.clock.tick("1", "orders", "a"), Version(5000, "us-west-9"))

    def test_rows_tables_and_accounts_are_apart(self):
        self.clock.tick("1", "orders", "a")
        for other in (("1", "orders", "b"), ("1", "payments", "a"), ("2", "orders", "a")):
            self.assertIsNone(self.clock.version(*other))

    def test_survives_a_restart(self):
        version = self.clock.tick("1", "orders", "a")
        self.assertEqual(self.open().version("1", "orders", "a"), version)

    def test_forgets_a_table(self):
        self.clock.tick("1", "orders", "a")
        self.clock.tick("1", "payments", "a")
        self.clock.forget("1", "orders")
        self.assertIsNone(self.clock.version("1", "orders", "a"))
        self.assertIsNotNone(self.clock.version("1", "payments", "a"))

    def test_equal_times_are_decided_by_region(self):
        self.assertGreater(Version(1, "us-west-2"), Version(1, "ap-southeast-2"))


if __name__ == "__main__":
    unittest.main()
