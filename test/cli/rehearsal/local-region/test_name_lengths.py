import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import cloudformation, name_lengths
from local_region.name_lengths import LONGEST, TooLong


class NameLengths(unittest.TestCase):
    def setUp(self):
        self.made = []
        handler = {
            "create": lambda logical_id, properties, stack: self.made.append(logical_id),
            "update": lambda physical_id, old, new, stack, *logical_id: self.made.append(physical_id),
        }
        types = {resource_type: dict(handler) for resource_type in LONGEST}
        patch = mock.patch.dict(cloudformation.HANDLERS.get(), types)
        patch.start()
        self.addCleanup(patch.stop)
        name_lengths.install()

    def test_the_longest_name_is_accepted_and_a_generated_one(self):
        for resource_type, (name, longest) in LONGEST.items():
            with self.subTest(resource_type):
                handler = cloudformation.HANDLERS.get()[resource_type]
                handler["create"]("Thing", {name: "n" * longest}, "stack")
                handler["create"]("Thing", {}, "stack")
        self.assertEqual(len(self.made), 2 * len(LONGEST))

    def test_a_longer_one_is_refused_by_creation_and_update(self):
        for resource_type, (name, longest) in LONGEST.items():
            with self.subTest(resource_type):
                handler, properties = cloudformation.HANDLERS.get()[resource_type], {name: "n" * (longest + 1)}
                with self.assertRaises(TooLong) as refused:
                    handler["create"]("Thing", properties, "stack")
                self.assertEqual(
                    str(refused.exception),
                    "Properties validation failed for resource Thing with message: "
                    f"#/{name}: expected maxLength: {longest}, actual: {longest + 1}",
                )
                with self.assertRaises(TooLong):
                    handler["update"]("thing", {}, properties, "stack", "Thing")
                with self.assertRaises(TooLong):
                    handler["update"]("thing", {}, properties, "stack")
        self.assertEqual(self.made, [])


if __name__ == "__main__":
    unittest.main()
