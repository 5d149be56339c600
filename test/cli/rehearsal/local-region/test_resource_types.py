import json
import unittest
from pathlib import Path

import emulator  # noqa: F401
from local_region import (
    accepted_types,
    cloudformation,
    cloudformation_events,
    code_deploy,
    guards,
    recorded_types,
    state_machines,
)

VERDICTS = json.loads(
    (Path(cloudformation.__file__).parent.parent / "resource-types.json").read_text(encoding="utf-8")
)
OURS = [
    resource_type
    for module in (cloudformation_events, code_deploy, recorded_types, state_machines, accepted_types)
    for resource_type in module.TYPES
]


class ResourceTypes(unittest.TestCase):
    def test_every_verdict_is_of_a_type_that_deploys(self):
        deployable = set(cloudformation.HANDLERS.get()) | {resource_type.name for resource_type in OURS}
        self.assertEqual(set(VERDICTS) - deployable, set())

    def test_every_type_of_ours_has_a_verdict(self):
        self.assertEqual({resource_type.name for resource_type in OURS} - set(VERDICTS), set())

    def test_what_only_deploys_is_said_to_be_accepted_and_why(self):
        for resource_type in accepted_types.TYPES:
            self.assertEqual(VERDICTS[resource_type.name]["verdict"], "accepted", resource_type.name)
        for name, verdict in VERDICTS.items():
            self.assertEqual(set(verdict), {"verdict", "note"}, name)
            self.assertIn(verdict["verdict"], ("emulated", "accepted"), name)
            if verdict["verdict"] == "accepted":
                self.assertTrue(verdict["note"], name)

    def test_a_type_that_ministack_brings_itself_is_reported(self):
        class Queue(cloudformation.ResourceType):
            name = "AWS::SQS::Queue"

            def create(self, properties, generated_name): ...

            def update(self, physical_id, old, new, generated_name): ...

            def delete(self, physical_id, properties): ...

        with self.assertRaisesRegex(guards.UnexpectedMiniStack, "provides AWS::SQS::Queue itself"):
            cloudformation.install([Queue()])


class AcceptedTypes(unittest.TestCase):
    def test_names_and_attributes_are_plausible(self):
        by_name = {resource_type.name: resource_type for resource_type in accepted_types.TYPES}
        delivery = by_name["AWS::Logs::DeliverySource"]
        self.assertEqual(delivery.create({"Name": "given"}, "generated")[0], "given")
        group, attributes = by_name["AWS::XRay::Group"].create({"GroupName": "orders"}, "generated")
        self.assertEqual(group, "arn:aws:xray:us-west-2:000000000000:group/orders")
        self.assertEqual(attributes, {"GroupARN": group})


if __name__ == "__main__":
    unittest.main()
