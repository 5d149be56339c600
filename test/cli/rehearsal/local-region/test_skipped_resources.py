import copy
import json
import pickle
import unittest
import urllib.request

import emulator  # noqa: F401
from local_region.skipped_attributes import Attributes
from regions import shared_region


def parameter(value: object) -> dict:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def cluster(**properties: object) -> dict:
    return {"Type": "AWS::Nowhere::Cluster", "Properties": {"Size": 1, **properties}}


def skipped() -> list[dict]:
    with urllib.request.urlopen(f"{shared_region().url}/_local-region/skipped", timeout=2) as response:
        return json.load(response)["resources"]


class UnknownTypes(unittest.TestCase):
    def value(self, stack: str, logical_id: str) -> str:
        region = shared_region()
        resource = region.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        name = resource["StackResourceDetail"]["PhysicalResourceId"]
        return region.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]

    def test_a_resource_of_an_unknown_type_deploys_as_a_record_and_is_named(self):
        region = shared_region()
        region.deploy(
            "unknown",
            {
                "Cluster": cluster(ClusterName="grand"),
                "Arn": parameter({"Fn::GetAtt": ["Cluster", "Arn"]}),
                "Ref": parameter({"Ref": "Cluster"}),
                "Endpoint": parameter({"Fn::Sub": "tcp://${Cluster.Endpoint.Address}"}),
            },
        )
        self.assertEqual(
            [self.value("unknown", one) for one in ("Arn", "Ref", "Endpoint")],
            [
                "arn:aws:nowhere:ap-southeast-2:000000000000:cluster/grand",
                "grand",
                "tcp://grand.nowhere.ap-southeast-2.invalid",
            ],
        )
        named = {
            "type": "AWS::Nowhere::Cluster",
            "logicalId": "Cluster",
            "stack": "unknown",
            "reason": "the emulator has no such type",
        }
        self.assertIn(named, skipped())
        # an update that asks for another attribute, a name that changes, a failure that takes both back
        again = {"Cluster": cluster(ClusterName="small"), "Role": parameter({"Fn::GetAtt": ["Cluster", "RoleArn"]})}
        region.deploy("unknown", again, update=True)
        self.assertTrue(self.value("unknown", "Role").endswith(":role/small"))
        region.set("deployment-faults", {"faults": [{"stack": "unknown", "resource": "Bad"}]})
        failing = {"Cluster": cluster(ClusterName="large"), "Bad": {**parameter("x"), "DependsOn": "Cluster"}}
        state = region.operate("update_stack", "unknown", again | failing)
        self.assertEqual(state, "UPDATE_ROLLBACK_COMPLETE")
        region.deploy("unknown", again | {"More": parameter({"Fn::GetAtt": ["Cluster", "OtherArn"]})}, update=True)
        self.assertEqual([one["logicalId"] for one in skipped() if one["stack"] == "unknown"], ["Cluster"])
        region.destroy("unknown")
        self.assertEqual([one for one in skipped() if one["stack"] == "unknown"], [])

    def test_so_does_one_in_a_nested_stack(self):
        region = shared_region()
        region.client("s3").create_bucket(
            Bucket="nested-templates", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"}
        )
        template = json.dumps({"Resources": {"Inner": cluster(ClusterName="inner")}})
        region.client("s3").put_object(Bucket="nested-templates", Key="t.json", Body=template.encode())
        nested = {"TemplateURL": f"{region.url}/nested-templates/t.json"}
        region.deploy("outer", {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}})
        self.assertEqual([one["logicalId"] for one in skipped() if one["stack"].startswith("outer-Nested")], ["Inner"])
        region.destroy("outer")
        self.assertEqual([one for one in skipped() if one["stack"].startswith("outer")], [])

    def test_what_is_no_type_at_all_is_refused(self):
        client = shared_region().client("cloudformation")
        for name in ("Cluster", "AWS::CloudFormation::Nothing", "AWS::Nowhere"):
            template = json.dumps({"Resources": {"X": {"Type": name}}})
            with self.subTest(name), self.assertRaisesRegex(client.exceptions.ClientError, "Unrecognized resource types"):
                client.create_stack(StackName="refused", TemplateBody=template)


class CustomResources(unittest.TestCase):
    def test_one_whose_provider_is_not_here_is_skipped_and_named(self):
        region = shared_region()
        token = "arn:aws:lambda:ap-southeast-2:999999999999:function:platform"
        custom = {"Type": "Custom::Tenant", "Properties": {"ServiceToken": token, "Plan": "a"}}
        region.deploy("custom", {"Tenant": custom, "Arn": parameter({"Fn::GetAtt": ["Tenant", "TenantArn"]})})
        reasons = [one["reason"] for one in skipped() if one["stack"] == "custom"]
        self.assertEqual(reasons, [f"there is no function {token} here"])
        changed = {"Type": "Custom::Tenant", "Properties": {"ServiceToken": token, "Plan": "b"}}
        region.deploy("custom", {"Tenant": changed}, update=True)
        self.assertEqual(len([one for one in skipped() if one["stack"] == "custom"]), 1)
        region.destroy("custom")
        self.assertEqual([one for one in skipped() if one["stack"] == "custom"], [])

    def test_a_provider_in_another_region_is_refused_as_on_aws(self):
        token = "arn:aws:lambda:eu-west-1:000000000000:function:platform"
        custom = {"Type": "Custom::Tenant", "Properties": {"ServiceToken": token}}
        state = shared_region().operate("create_stack", "elsewhere", {"Tenant": custom})
        self.assertEqual(state, "ROLLBACK_COMPLETE")
        shared_region().destroy("elsewhere")


class Literals(unittest.TestCase):
    def test_they_have_the_shape_that_their_names_say_and_lead_nowhere(self):
        attributes = Attributes.of("AWS::Nowhere::Cluster", "grand")
        self.assertTrue("Anything" in attributes)
        self.assertEqual(
            [attributes[name] for name in ("ClusterARN", "Id", "ApiUrl", "Endpoint.Port", "Mode")],
            [
                "arn:aws:nowhere:us-west-2:000000000000:cluster/grand",
                "grand",
                "https://grand.nowhere.us-west-2.invalid",
                "443",
                "grand-Mode",
            ],
        )

    def test_copies_answer_as_well(self):
        attributes = Attributes.of("AWS::Nowhere::Cluster", "grand")
        for copied in (copy.deepcopy(attributes), pickle.loads(pickle.dumps(attributes))):
            self.assertEqual(copied["Id"], "grand")
            self.assertIn("Arn", copied)


if __name__ == "__main__":
    unittest.main()
