import json
import time
import unittest
import urllib.request

import emulator  # noqa: F401
from local_region.vitals import takeovers_in
from regions import WEST, eventually, shared_region
from test_outbox import OutboxCase


def vitals() -> dict:
    with urllib.request.urlopen(f"{shared_region().url}/_local-region/vitals", timeout=2) as response:
        return json.load(response)


class OfARegion(unittest.TestCase):
    def setUp(self):
        self.region = shared_region()

    def test_all_that_there_is_to_see(self):
        self.assertEqual(
            set(vitals()),
            {"replication", "openWorkflows", "endedWorkflows", "takeovers", "deadLetters", "alarms"},
        )
        # Nothing serves the port of the peer.
        self.assertEqual(set(vitals()["replication"]), {WEST})

    def test_workflows_that_run_and_that_ended(self):
        before = vitals()
        client = self.region.client("stepfunctions")
        wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
        machine = client.create_state_machine(name="vitals", definition=json.dumps(wait), roleArn="arn:aws:iam::0:role/r")
        execution = client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        self.assertEqual(vitals()["openWorkflows"], before["openWorkflows"] + 1)
        client.stop_execution(executionArn=execution)
        after = vitals()
        self.assertEqual(after["openWorkflows"], before["openWorkflows"])
        self.assertEqual(after["endedWorkflows"], before["endedWorkflows"] + 1)

    def test_dead_letters_of_all_that_delivers(self):
        before = vitals()["deadLetters"]
        sqs, events = self.region.client("sqs"), self.region.client("events")
        urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("v-queue", "v-dead", "v-rule", "v-seen")}
        arn = "arn:aws:sqs:ap-southeast-2:000000000000:{}".format
        policy = json.dumps({"deadLetterTargetArn": arn("v-dead"), "maxReceiveCount": 1})
        sqs.set_queue_attributes(QueueUrl=urls["v-queue"], Attributes={"RedrivePolicy": policy})
        events.put_rule(Name="vitals", EventPattern='{"source": ["vitals"]}')
        target = {"Id": "1", "Arn": arn("v-seen"), "DeadLetterConfig": {"Arn": arn("v-rule")}}
        events.put_targets(Rule="vitals", Targets=[target])
        for name in urls:
            sqs.send_message(QueueUrl=urls[name], MessageBody="m")
        # What delivers where is looked at every five seconds.
        eventually(lambda: vitals()["deadLetters"] == before + 2, "the dead letters of a queue and of a rule")

    def test_alarms_that_are_in_alarm(self):
        client = self.region.client("cloudwatch")
        options = {
            "Namespace": "n", "MetricName": "m", "Period": 60, "EvaluationPeriods": 1, "Statistic": "Sum", "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        }  # fmt: skip
        for name in ("v-loud", "v-calm"):
            client.put_metric_alarm(AlarmName=name, **options)
        client.set_alarm_state(AlarmName="v-loud", StateValue="ALARM", StateReason="test")
        self.assertIn("v-loud", vitals()["alarms"])
        self.assertNotIn("v-calm", vitals()["alarms"])

    def test_asking_is_cheap(self):
        vitals()
        began = time.monotonic()
        for _ in range(20):
            vitals()
        self.assertLess((time.monotonic() - began) / 20, 0.1)


class Backlog(OutboxCase):
    def test_what_waits_for_each_peer_and_since_when(self):
        self.add(1)
        self.clock.now += 1.5
        self.add(2)
        self.add(3, peer="eu-west-2")
        # What is tried again later has waited from the beginning.
        self.outbox.postpone([1])
        self.clock.now += 1
        self.assertEqual(
            self.outbox.backlog(["eu-west-1", "eu-west-2", "eu-west-3"]),
            {
                "eu-west-1": {"queued": 2, "lagMs": 2500},
                "eu-west-2": {"queued": 1, "lagMs": 1000},
                "eu-west-3": {"queued": 0, "lagMs": 0},
            },
        )


class Takeovers(unittest.TestCase):
    def line(self, namespace: str = "cdk-multi-region", **values: object) -> str:
        metrics = [{"Namespace": namespace, "Dimensions": [["Workflow"]], "Metrics": [{"Name": "Takeovers"}]}]
        return json.dumps({"_aws": {"Timestamp": 1, "CloudWatchMetrics": metrics}, "Workflow": "w", **values})

    def test_are_counted_in_the_metrics_of_a_log(self):
        log = "\n".join([
            "START", self.line(Takeovers=2), f"2026-01-01T00:00:00Z\tid\tINFO\t{self.line(Takeovers=1)}", '{"Takeovers": 5}',
            self.line("app", Takeovers=7), self.line(), '"Takeovers"',
        ])  # fmt: skip
        self.assertEqual(takeovers_in(log), 3)
        self.assertEqual(takeovers_in(""), 0)


if __name__ == "__main__":
    unittest.main()
