import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, scope, unchanged_versions
from local_region.unchanged_versions import FUNCTIONS, PUBLISH


class UnchangedVersions(unittest.TestCase):
    def setUp(self):
        from ministack.services import lambda_svc

        lambda_svc.reset()
        self.addCleanup(lambda_svc.reset)
        for patch in (
            mock.patch.dict(cloudformation.HANDLERS.get()[unchanged_versions.TYPE]),
            mock.patch.object(lambda_svc, "_publish_version", lambda_svc._publish_version),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        unchanged_versions.install()
        self.functions = lambda_svc
        function = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {}}
        self.assertEqual(lambda_svc._create_function(function)[0], 201)

    def change(self, **configuration: object) -> None:
        self.assertEqual(self.functions._update_config("orders", configuration)[0], 200)

    def publish(self, **request: object) -> str:
        status, _, body = PUBLISH.get()("orders", request)
        self.assertEqual(status, 201)
        return json.loads(body)["Version"]

    def deploy(self) -> str:
        properties = {"FunctionName": "orders"}
        return cloudformation.HANDLERS.get()[unchanged_versions.TYPE]["create"]("Version", properties, "stack")[0]

    def test_a_changed_function_is_a_new_version(self):
        self.assertEqual(self.publish(), "1")
        self.change(Timeout=10)
        self.assertEqual(self.publish(Description="second"), "2")
        self.change(Description="another")
        self.assertTrue(self.deploy().endswith(":function:orders:3"))

    def test_an_unchanged_function_is_its_last_version(self):
        self.assertEqual(self.publish(Description="first"), "1")
        self.assertEqual(self.publish(), "1")
        self.change(Timeout=3)
        self.assertEqual(self.publish(Description="again"), "1")
        with self.assertRaisesRegex(ValueError, r"A version for this Lambda function exists \( 1 \). Modify"):
            self.deploy()

    def test_an_update_after_its_rollback_makes_no_version_if_the_first_was_retained(self):
        self.deploy()
        self.change(Timeout=10)
        self.deploy()
        self.change(Timeout=3)
        self.change(Timeout=10)
        with self.assertRaisesRegex(ValueError, r"exists \( 2 \)"):
            self.deploy()

    def test_an_update_after_its_rollback_makes_a_version_if_the_first_is_gone(self):
        self.deploy()
        self.change(Timeout=10)
        self.deploy()
        self.change(Timeout=3)
        del FUNCTIONS.get()["orders"]["versions"]["2"]
        self.change(Timeout=10)
        self.assertTrue(self.deploy().endswith(":3"))


if __name__ == "__main__":
    unittest.main()
