"""MiniStack brings dashboards itself: this is what the example-app's needs of them."""

import json
import unittest

from regions import EAST, WEST, shared_region


class Dashboards(unittest.TestCase):
    def test_a_body_made_of_pseudo_parameters_is_stored_as_json(self):
        region = shared_region()
        metric = ["AWS/States", "ExecutionsFailed", "StateMachineArn", "arn:ACCOUNT", {"region": WEST}]
        before, after = json.dumps({"widgets": [{"properties": {"metrics": [metric]}}]}).split("ACCOUNT")
        region.deploy("dashboards", {
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {
                    "DashboardName": f"ops-{EAST}",
                    "DashboardBody": {"Fn::Join": ["", [before, {"Ref": "AWS::AccountId"}, after]]},
                },
            },
        })  # fmt: skip

        body = json.loads(region.client("cloudwatch").get_dashboard(DashboardName=f"ops-{EAST}")["DashboardBody"])
        self.assertEqual(body["widgets"][0]["properties"]["metrics"][0][3], "arn:000000000000")


if __name__ == "__main__":
    unittest.main()
