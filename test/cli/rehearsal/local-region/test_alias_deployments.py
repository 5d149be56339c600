"""CodeDeploy in a real process: a minute lasts a second."""

import contextlib
import json
import shutil
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from regions import EAST, WEST, Process, eventually, free_port, start

FINE, FAILING = "return { statusCode: 200, body: '%s' }", "throw new Error('%s')"
SHARED = "deployments"


def ref(name: str) -> dict:
    return {"Ref": name}


def resources(version: str, body: str = FINE, config: str = "CodeDeployDefault.LambdaCanary10Percent5Minutes") -> dict:
    """A function behind an API, as the library deploys one: an alias, its alarm, and a group that rolls back by it."""
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "orders",
                "Runtime": "nodejs20.x",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": f"exports.handler = async () => {{ {body % version} }};"},
            },
        },
        f"Version{version}": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": ref("Function")}},
        "Alias": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "FunctionName": ref("Function"),
                "FunctionVersion": {"Fn::GetAtt": [f"Version{version}", "Version"]},
                "Name": "live",
            },
            "UpdatePolicy": {
                "CodeDeployLambdaAliasUpdate": {
                    "ApplicationName": ref("Application"), "DeploymentGroupName": ref("ZGroup"),
                },
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": "orders-errors",
                "Namespace": "AWS/Lambda",
                "MetricName": "Errors",
                "Dimensions": [
                    {"Name": "FunctionName", "Value": "orders"}, {"Name": "Resource", "Value": "orders:live"},
                ],
                "Statistic": "Sum",
                "Period": 180,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
            },
        },
        "RegionAlarm": {
            "Type": "AWS::CloudWatch::CompositeAlarm",
            "Properties": {"AlarmName": "region", "AlarmRule": {"Fn::Sub": "ALARM(${Alarm})"}},
        },
        "Application": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ComputePlatform": "Lambda"}},
        "ZGroup": {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "Properties": {
                "ApplicationName": ref("Application"),
                "ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DeploymentConfigName": config,
                "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": ref("Alarm")}]},
                "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_STOP_ON_ALARM"]},
            },
        },
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "orders"}},
        "Get": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": ref("Api"),
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": {
                    "Type": "AWS_PROXY",
                    "IntegrationHttpMethod": "POST",
                    "Uri": {
                        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31"
                        "/functions/${Alias}/invocations",
                    },
                },
            },
        },
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": ref("Api")}, "DependsOn": "Get",
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": "prod"},
        },
    }  # fmt: skip


def setUpModule():
    state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
    unittest.addModuleCleanup(shutil.rmtree, state, ignore_errors=True)
    region = AliasDeployments.region = Process(EAST, free_port(), WEST, free_port(), state, time_scale=60)
    unittest.addModuleCleanup(region.stop)
    start(region)


class AliasDeployments(unittest.TestCase):
    region: Process

    def setUp(self):
        self.deploy(resources("1"), update=False)
        self.addCleanup(self.region.destroy, SHARED)

    def client(self, service: str):
        return self.region.client(service)

    def start(self, template: dict) -> None:
        self.client("cloudformation").update_stack(
            StackName=SHARED, TemplateBody=json.dumps({"Resources": template}), Capabilities=["CAPABILITY_IAM"]
        )

    def deploy(self, template: dict, update: bool = True) -> None:
        self.region.deploy(SHARED, template, update)

    def status(self) -> str:
        return self.client("cloudformation").describe_stacks(StackName=SHARED)["Stacks"][0]["StackStatus"]

    def settled(self) -> str:
        return eventually(lambda: None if self.status().endswith("IN_PROGRESS") else self.status(), "the stack settles")

    def alias(self) -> tuple[str, dict]:
        alias = self.client("lambda").get_alias(FunctionName="orders", Name="live")
        return alias["FunctionVersion"], alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})

    def request(self) -> str:
        """What the API answers: the version, or the status of an error."""
        api = next(api["id"] for api in self.client("apigateway").get_rest_apis()["items"] if api["name"] == "orders")
        url = f"{self.region.url}/restapis/{api}/prod/_user_request_/"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return str(error.code)

    def state(self, alarm: str) -> str:
        answer = self.client("cloudwatch").describe_alarms(
            AlarmNames=[alarm], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        return (answer["MetricAlarms"] + answer["CompositeAlarms"])[0]["StateValue"]

    def failure(self) -> str:
        events = self.client("cloudformation").describe_stack_events(StackName=SHARED)["StackEvents"]
        return next(event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "UPDATE_FAILED")

    def last_deployment(self) -> dict:
        deployments = self.client("codedeploy").list_deployments()["deployments"]
        return self.client("codedeploy").get_deployment(deploymentId=deployments[0])["deploymentInfo"]

    def errors(self, resource: str) -> float:
        """The errors of the function, by what was invoked, in the last minute."""
        now = datetime.now(timezone.utc)
        answer = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": "orders"}, {"Name": "Resource", "Value": resource}],
            StartTime=now - timedelta(minutes=1),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    @contextlib.contextmanager
    def requests(self) -> Iterator[list[str]]:
        """Request all the time, and collect the answers."""
        answers, end = [], threading.Event()

        def request() -> None:
            while not end.is_set():
                answers.append(self.request())

        thread = threading.Thread(target=request)
        thread.start()
        try:
            yield answers
        finally:
            end.set()
            thread.join()

    def test_a_canary_takes_its_share_and_then_all(self):
        with self.requests() as answers:
            self.start(resources("2"))
            self.assertEqual(self.alias(), ("1", {"2": 0.1}))
        self.assertEqual(self.settled(), "UPDATE_COMPLETE")
        self.assertEqual(self.alias(), ("2", {}))
        self.assertTrue(0.01 < answers.count("2") / len(answers) < 0.4, answers)
        self.assertEqual(self.request(), "2")

    def test_a_version_that_throws_is_rolled_back_and_the_same_template_deploys_once_nobody_calls_it(self):
        with self.requests() as answers:
            self.start(resources("2", FAILING))
            eventually(lambda: self.state("region") == "ALARM", "the alarm of the region follows that of the alias")
            self.assertEqual(self.settled(), "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("502", answers)
        self.assertEqual(self.alias(), ("1", {}))
        self.assertEqual(self.request(), "1")
        self.assertRegex(
            self.failure(),
            r'^Resource handler returned message: "d-\w{9} failed. One or more alarms have been activated .* '
            r'Activated alarms: <orders-errors>" \(RequestToken: .*, HandlerErrorCode: InternalFailure\)$',
        )
        self.assertEqual(self.last_deployment()["status"], "Stopped")
        self.assertEqual(self.last_deployment()["errorInformation"]["code"], "ALARM_ACTIVE")
        eventually(lambda: self.state("region") == "OK", "the alarms are over")
        self.start(resources("2", FAILING))
        self.assertEqual(self.settled(), "UPDATE_COMPLETE")
        self.assertEqual(self.alias()[1], {})
        self.assertEqual(self.last_deployment()["status"], "Succeeded")

    def test_an_alarm_that_is_in_alarm_already_lets_nothing_through(self):
        self.client("cloudwatch").set_alarm_state(AlarmName="orders-errors", StateValue="ALARM", StateReason="test")
        started = time.monotonic()
        self.start(resources("2", config="CodeDeployDefault.LambdaAllAtOnce"))
        self.assertEqual(self.settled(), "UPDATE_ROLLBACK_COMPLETE")
        self.assertLess(time.monotonic() - started, 4)
        self.assertIn("<orders-errors>", self.failure())
        self.assertEqual(self.alias(), ("1", {}))

    def test_invocations_of_every_kind_are_counted_by_what_was_invoked(self):
        template = resources("2", FAILING, config="CodeDeployDefault.LambdaAllAtOnce") | {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders", "VisibilityTimeout": 30}},
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": ref("Alias")},
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": {"source": ["orders"]}, "Targets": [{"Id": "1", "Arn": ref("Alias")}]},
            },
            "Retries": {
                "Type": "AWS::Lambda::EventInvokeConfig",
                "Properties": {"FunctionName": "orders", "Qualifier": "live", "MaximumRetryAttempts": 0},
                "DependsOn": "Alias",
            },
        }
        self.deploy(template)
        before = self.errors("orders:live")

        def expect(count: int, what: str) -> None:
            eventually(lambda: self.errors("orders:live") == before + count, what)

        self.request()
        expect(1, "a request is counted")
        invoke = self.client("lambda").invoke
        self.assertEqual(invoke(FunctionName="orders", Qualifier="live")["FunctionError"], "Unhandled")
        expect(2, "a direct invocation is counted")
        self.client("events").put_events(Entries=[{"Source": "orders", "DetailType": "Order", "Detail": "{}"}])
        expect(3, "an event is counted")
        queue = self.client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
        self.client("sqs").send_message(QueueUrl=queue, MessageBody="order")
        expect(4, "a message is counted")
        version = self.alias()[0]
        invoke(FunctionName="orders", Qualifier=version)
        eventually(lambda: self.errors(f"orders:{version}") == 1, "an invocation of a version is counted")


if __name__ == "__main__":
    unittest.main()
