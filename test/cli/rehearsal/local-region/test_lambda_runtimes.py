import io
import json
import unittest
import zipfile

from regions import EAST, shared_region

ROLE = f"arn:aws:iam::000000000000:role/runtimes"


class Runtimes(unittest.TestCase):
    def setUp(self):
        self.region = shared_region()

    def function(self, name: str, code: str, runtime: str = "python3.12") -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", code)
        client = self.region.client("lambda")
        client.create_function(
            FunctionName=name, Runtime=runtime, Handler="index.handler", Role=ROLE, Code={"ZipFile": packed.getvalue()},
            Environment={"Variables": {"GREETING": "hello"}},
        )  # fmt: skip
        self.addCleanup(client.delete_function, FunctionName=name)

    def invoke(self, name: str) -> tuple[str | None, object]:
        answer = self.region.client("lambda").invoke(FunctionName=name, Payload=b'{"order": 1}')
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    def test_a_handler_in_python_runs(self):
        self.function("py", "import os\ndef handler(event, context):\n  return [event['order'], os.environ['GREETING'], context.function_name]\n")
        self.assertEqual(self.invoke("py"), (None, [1, "hello", "py"]))

    def test_its_clients_reach_this_region(self):
        self.region.client("sqs").create_queue(QueueName="by-boto3")
        code = (
            "import boto3, os\n"
            "sqs = boto3.client('sqs')\n"
            "def handler(event, context):\n"
            "  url = sqs.get_queue_url(QueueName='by-boto3')['QueueUrl']\n"
            "  sqs.send_message(QueueUrl=url, MessageBody='sent')\n"
            "  return [sqs.meta.region_name, sqs.meta.endpoint_url]\n"
        )
        self.function("boto", code)
        self.assertEqual(self.invoke("boto"), (None, [EAST, self.region.url]))
        url = self.region.client("sqs").get_queue_url(QueueName="by-boto3")["QueueUrl"]
        messages = self.region.client("sqs").receive_message(QueueUrl=url)["Messages"]
        self.assertEqual([message["Body"] for message in messages], ["sent"])

    def test_an_exception_has_the_name_of_its_class(self):
        self.function("py-raises", "class Declined(Exception): pass\ndef handler(event, context):\n  raise Declined('no')\n")
        error, body = self.invoke("py-raises")
        self.assertEqual((error, body["errorType"], body["errorMessage"]), ("Unhandled", "Declined", "no"))

    def test_a_module_that_is_missing_is_named(self):
        self.function("py-misses", "import nowhere_to_be_found\ndef handler(event, context): pass\n")
        error, body = self.invoke("py-misses")
        self.assertEqual(error, "Unhandled")
        self.assertIn("Unable to import module 'index': No module named 'nowhere_to_be_found'", body["errorMessage"])

    def test_what_runs_the_region_is_nothing_that_a_handler_finds(self):
        self.function("py-looks", "import local_region\ndef handler(event, context): pass\n")
        self.assertIn("No module named 'local_region'", self.invoke("py-looks")[1]["errorMessage"])

    def test_another_runtime_deploys_and_fails_with_one_line_when_it_is_invoked(self):
        self.function("jvm", "", runtime="java21")
        error, body = self.invoke("jvm")
        self.assertEqual(error, "Unhandled")
        self.assertEqual(
            body["errorMessage"],
            "jvm does not run here: it needs the runtime java21, and a local region has nodejs and python only, without Docker",
        )


if __name__ == "__main__":
    unittest.main()
