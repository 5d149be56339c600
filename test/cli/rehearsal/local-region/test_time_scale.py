import unittest

import emulator  # noqa: F401 - makes MiniStack importable without side effects
from local_region import time_scale


class Scaled(unittest.TestCase):
    def test_seconds_of_the_environment_are_divided_and_nothing_else(self):
        properties = {
            "Timeout": 60,
            "Environment": {"Variables": {"TAKEOVER_AFTER_SECONDS": "300", "BEAT_SECONDS": "60", "TABLE_NAME": "t", "SECONDS": "9"}},
        }
        self.assertEqual(
            time_scale.scaled(properties, 20),
            {
                "Timeout": 60,
                "Environment": {"Variables": {"TAKEOVER_AFTER_SECONDS": "15", "BEAT_SECONDS": "3", "TABLE_NAME": "t", "SECONDS": "9"}},
            },
        )

    def test_a_function_without_such_variables_is_left_alone(self):
        for properties in ({}, {"Environment": {}}, {"Environment": {"Variables": {"A": "1"}}}):
            self.assertEqual(time_scale.scaled(properties, 20), properties)


if __name__ == "__main__":
    unittest.main()
