import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import cloudformation, global_services, record_rules
from local_region.refusals import Refusal

ZONE = "Z1"
GATEWAY_ZONE = "Z2RPCDW04V8134"


class RecordRules(unittest.TestCase):
    def setUp(self):
        handler = cloudformation.HANDLERS.get()[record_rules.TYPE]
        for patch in (
            mock.patch.dict(handler),
            *(mock.patch(f"{seam.module}.{seam.name}", seam.get()) for seam in record_rules.SEAMS),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        global_services.add_hosted_zones({"example.com": ZONE})
        record_rules.install()
        self.handler = handler

    def create(self, name: str, **properties) -> dict:
        properties = {"HostedZoneId": ZONE, "Name": name, "Type": "A"} | properties
        if "AliasTarget" not in properties:
            properties |= {"TTL": "60", "ResourceRecords": ["192.0.2.1"]}
        self.handler["create"]("Record", properties, "stack")
        return properties

    def refused(self, name: str, **properties) -> str:
        before = list(global_services.RECORDS.get()[ZONE])
        with self.assertRaises(Refusal) as refused:
            self.create(name, **properties)
        self.assertEqual(refused.exception.code, "InvalidChangeBatch")
        self.assertEqual(global_services.RECORDS.get()[ZONE], before)
        return refused.exception.message

    def latency(self, region: str, target: str, zone: str = ZONE) -> dict:
        alias = {"DNSName": target, "HostedZoneId": zone, "EvaluateTargetHealth": True}
        return {"Region": region, "SetIdentifier": region, "AliasTarget": alias}

    def names(self) -> list[str]:
        return [record["Name"] for record in global_services.RECORDS.get()[ZONE] if record["Type"] == "A"]

    def test_an_alias_of_a_record_that_is_there_and_of_another_zone_is_accepted(self):
        gateway = {"DNSName": "d-1.execute-api.us-west-2.amazonaws.com", "HostedZoneId": GATEWAY_ZONE}
        self.create("west.example.com", AliasTarget=gateway)
        self.create("api.example.com", **self.latency("us-west-2", "west.example.com"))
        self.assertEqual(self.names(), ["west.example.com.", "api.example.com."])

    def test_an_alias_of_a_record_that_is_not_there_is_refused(self):
        self.assertEqual(
            self.refused("api.example.com", **self.latency("us-west-2", "west.example.com")),
            "[Tried to create an alias that targets west.example.com., type A in zone Z1, but that target was not "
            "found]",
        )

    def test_latency_records_of_several_regions_are_accepted_and_one_region_twice_is_not(self):
        self.create("api.example.com", Region="us-west-2", SetIdentifier="west")
        self.create("api.example.com", Region="ap-southeast-2", SetIdentifier="east")
        self.assertIn(
            "a latency RRSet with the same name, type and region already exists",
            self.refused("api.example.com", Region="us-west-2", SetIdentifier="new"),
        )

    def test_another_policy_is_refused_as_long_as_records_of_the_first_are_there(self):
        west = self.create("api.example.com", Region="us-west-2", SetIdentifier="west")
        east = self.create("api.example.com", Region="ap-southeast-2", SetIdentifier="east")
        weighted = {key: value for key, value in west.items() if key != "Region"} | {"Weight": 1}
        with self.assertRaisesRegex(
            Refusal,
            "RRSet with DNS name api.example.com., type A, SetIdentifier west cannot be created as a non-weighted set "
            "exists with the same name and type.",
        ):
            self.handler["update"]("api.example.com.", west, weighted, "stack")
        self.handler["delete"]("api.example.com.", east)
        self.handler["update"]("api.example.com.", west, weighted, "stack")

    def test_a_simple_record_beside_others_is_refused_and_so_are_others_beside_it(self):
        self.create("api.example.com", Weight=1, SetIdentifier="west")
        self.assertEqual(
            self.refused("api.example.com"),
            "[RRSet with DNS name api.example.com., type A cannot be created as other RRSets exist with the same name "
            "and type.]",
        )
        self.create("simple.example.com")
        self.assertIn("non-weighted set exists", self.refused("simple.example.com", Weight=1, SetIdentifier="west"))
        self.create("simple.example.com", Type="TXT", ResourceRecords=['"text"'])

    def test_the_service_refuses_as_well_and_leaves_the_zone_as_it_was(self):
        change = (
            "<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Action>{}</Action><ResourceRecordSet>"
            "<Name>api.example.com</Name><Type>A</Type>{}<TTL>60</TTL><ResourceRecords><ResourceRecord>"
            "<Value>192.0.2.1</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes>"
            "</ChangeBatch></ChangeResourceRecordSetsRequest>"
        )
        weighted = "<SetIdentifier>west</SetIdentifier><Weight>1</Weight>"
        status, _, _ = record_rules.CHANGE.get()(ZONE, change.format("CREATE", "").encode())
        self.assertEqual(status, 200)
        status, _, body = record_rules.CHANGE.get()(ZONE, change.format("UPSERT", weighted).encode())
        self.assertEqual(status, 400)
        self.assertIn(b"<Code>InvalidChangeBatch</Code>", body)
        self.assertEqual(self.names(), ["api.example.com."])


if __name__ == "__main__":
    unittest.main()
