import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import custom_resources

URL = "http://127.0.0.1:1/_ministack/cfn-response/token"
EVENT = {"ResponseURL": URL}
ERROR = {"error": True, "body": {"errorMessage": "no"}}


class CustomResources(unittest.TestCase):
    def setUp(self):
        from ministack.services import lambda_svc
        from ministack.services.cloudformation import custom_resource

        self.custom_resource = custom_resource
        self.result: dict = {}
        self.answer: dict | None = None
        patch = mock.patch.object(lambda_svc, custom_resources.EXECUTE.name, self.execute)
        patch.start()
        self.addCleanup(patch.stop)
        custom_resources.install()
        custom_resource.register_token("token")
        self.addCleanup(custom_resource.reset)

    def execute(self, func, event):
        if self.answer:
            self.custom_resource.deliver_response("token", self.answer)
        return self.result

    def answered(self, event: object = EVENT) -> dict | None:
        custom_resources.EXECUTE.get()({}, event)
        return self.custom_resource._pending["token"]["result"]

    def test_a_function_that_throws_has_failed(self):
        self.result = ERROR
        answer = self.answered()
        self.assertEqual(answer["Status"], "FAILED")
        self.assertIn("no", answer["Reason"])

    def test_what_it_answered_before_it_threw_counts(self):
        self.result, self.answer = ERROR, {"Status": "SUCCESS"}
        self.assertEqual(self.answered(), {"Status": "SUCCESS"})

    def test_a_function_that_returns_may_yet_have_another_answer(self):
        self.assertIsNone(self.answered())

    def test_other_invocations_are_no_concern(self):
        self.result = ERROR
        for event in ({"order": 1}, [1], None, {"ResponseURL": 5}, {"ResponseURL": "http://127.0.0.1:1/unknown"}):
            self.assertIsNone(self.answered(event))


if __name__ == "__main__":
    unittest.main()
