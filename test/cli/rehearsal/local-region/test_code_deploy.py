import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import code_deploy, scope
from local_region.code_deploy import DeploymentError, create_deployment, steps_of

MINUTE = 0.001


class CodeDeploy(unittest.TestCase):
    def setUp(self):
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        self.states = {}
        patch = mock.patch.object(code_deploy, "_state", lambda alarm: self.states.get(alarm, "OK"))
        patch.start()
        self.addCleanup(patch.stop)

    def group(self, **properties: object) -> None:
        properties = {
            "ApplicationName": "app",
            "DeploymentGroupName": "group",
            "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": "errors"}, {"Name": "latency"}]},
            "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_STOP_ON_ALARM"]},
            **properties,
        }
        name, _ = code_deploy.groups.create(properties, "generated")
        self.addCleanup(code_deploy.groups.delete, name, properties)

    def run_deployment(self, alarm_at: int | None = None) -> tuple[code_deploy.Deployment, list[int]]:
        """The deployment, and what it routed; an alarm is activated by the percentage `alarm_at`."""
        routed = []

        def route(percentage: int) -> None:
            routed.append(percentage)
            if percentage == alarm_at:
                self.states["errors"] = "ALARM"

        deployment, steps = create_deployment("app", "group")
        try:
            deployment.run(steps, route, MINUTE)
        except DeploymentError as error:
            self.assertTrue(str(error).startswith(f"{deployment.id} failed. One or more alarms"))
        return deployment, routed

    def test_the_configurations_of_codedeploy(self):
        self.assertEqual(steps_of("CodeDeployDefault.LambdaAllAtOnce"), [])
        self.assertEqual(steps_of("CodeDeployDefault.LambdaCanary10Percent15Minutes"), [(10, 15)])
        linear = steps_of("CodeDeployDefault.LambdaLinear10PercentEvery1Minute")
        self.assertEqual(linear, [(share, 1) for share in range(10, 100, 10)])
        self.assertEqual(steps_of("CodeDeployDefault.LambdaLinear10PercentEvery3Minutes")[0], (10, 3))

    def test_configurations_of_a_template(self):
        for routing, steps in (
            ({"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 5, "CanaryInterval": 2}}, [(5, 2)]),
            (
                {"Type": "TimeBasedLinear", "TimeBasedLinear": {"LinearPercentage": 40, "LinearInterval": 1}},
                [(40, 1), (80, 1)],
            ),
            ({"Type": "AllAtOnce"}, []),
        ):
            name, _ = code_deploy.configs.create({"TrafficRoutingConfig": routing}, "generated")
            self.assertEqual(steps_of(name), steps)
            code_deploy.configs.delete(name, {})
        with self.assertRaisesRegex(DeploymentError, "generated"):
            steps_of("generated")

    def test_a_deployment_succeeds_step_by_step(self):
        self.group(DeploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes")
        deployment, routed = self.run_deployment()
        self.assertEqual((deployment.status, routed), ("Succeeded", [10, 100]))

    def test_an_alarm_stops_it_and_the_alias_goes_back(self):
        self.group(DeploymentConfigName="CodeDeployDefault.LambdaLinear10PercentEvery1Minute")
        deployment, routed = self.run_deployment(alarm_at=30)
        self.assertEqual((deployment.status, routed), ("Stopped", [10, 20, 30, 0]))
        self.assertEqual(deployment.error["code"], "ALARM_ACTIVE")
        self.assertTrue(deployment.error["message"].endswith("Activated alarms: <errors>"))

    def test_an_alarm_that_is_in_alarm_already_keeps_it_from_starting(self):
        self.group()
        self.states |= {"errors": "ALARM", "latency": "ALARM"}
        deployment, routed = self.run_deployment()
        self.assertEqual((deployment.status, routed), ("Stopped", [0]))
        self.assertTrue(deployment.error["message"].endswith("<errors> <latency>"))

    def test_alarms_that_are_not_enabled_stop_nothing(self):
        self.group(AlarmConfiguration={"Enabled": False, "Alarms": [{"Name": "errors"}]})
        self.states["errors"] = "ALARM"
        self.assertEqual(self.run_deployment()[0].status, "Succeeded")

    def test_without_automatic_rollback_the_alias_stays_where_it_was_stopped(self):
        self.group(
            DeploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            AutoRollbackConfiguration={"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
        )
        deployment, routed = self.run_deployment(alarm_at=10)
        self.assertEqual((deployment.status, routed), ("Stopped", [10]))

    def test_groups_of_one_name_in_two_applications(self):
        self.group(DeploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes")
        self.group(ApplicationName="other")
        self.assertEqual(create_deployment("app", "group")[0].config, "CodeDeployDefault.LambdaCanary10Percent5Minutes")
        self.assertEqual(create_deployment("other", "group")[0].config, "CodeDeployDefault.LambdaAllAtOnce")
        with self.assertRaisesRegex(DeploymentError, "No Deployment Group found for name: group"):
            create_deployment("third", "group")


if __name__ == "__main__":
    unittest.main()
