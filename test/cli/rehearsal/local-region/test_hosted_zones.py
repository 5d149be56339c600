import unittest

import emulator  # noqa: F401
from local_region import cloudformation, global_services


class HostedZones(unittest.TestCase):
    def test_records_are_declared_in_a_zone_that_was_there_before(self):
        global_services.add_hosted_zones({"example.com": "Z1"})
        record = {
            "HostedZoneId": "Z1",
            "Name": "orders.example.com",
            "Type": "A",
            "TTL": "60",
            "ResourceRecords": ["192.0.2.1"],
        }
        cloudformation.HANDLERS.get()["AWS::Route53::RecordSet"]["create"]("Record", record, "stack")
        names = [(found["Name"], found["Type"]) for found in global_services.RECORDS.get()["Z1"]]
        self.assertEqual(names, [("example.com.", "SOA"), ("example.com.", "NS"), ("orders.example.com.", "A")])


if __name__ == "__main__":
    unittest.main()
