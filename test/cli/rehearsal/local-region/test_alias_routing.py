import asyncio
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import alias_routing, async_invocations, scope

ALIAS_ARN = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:orders:live"


class AliasRouting(unittest.TestCase):
    def setUp(self):
        from ministack.services import lambda_svc

        lambda_svc.reset()
        self.addCleanup(lambda_svc.reset)
        self.functions, self.executed = lambda_svc, []
        for name in ("_effective_func_record_for_qualifier", "_invoke", "_execute_function_with_config_scope",
                     "invoke_async_with_retry"):  # fmt: skip
            self.patch(name, getattr(lambda_svc, name))
        self.patch("_execute_function", self.execute)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        self.patch("invoke_async_with_retry", self.execute)
        alias_routing.install()
        function = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {}}
        lambda_svc._create_function(function)
        lambda_svc._publish_version("orders", {})
        lambda_svc._update_config("orders", {"Timeout": 10})
        lambda_svc._publish_version("orders", {})
        lambda_svc._create_alias("orders", {"Name": "live", "FunctionVersion": "1"})

    def patch(self, name: str, replacement: object) -> None:
        patch = mock.patch.object(self.functions, name, replacement)
        patch.start()
        self.addCleanup(patch.stop)

    def execute(self, func: dict, event: object) -> dict:
        self.executed.append((func["config"]["Version"], func["config"]["FunctionArn"]))
        return {"body": None}

    def route(self, weight: float) -> None:
        change = {"RoutingConfig": {"AdditionalVersionWeights": {"2": weight}}}
        self.assertEqual(self.functions._update_alias("orders", "live", change)[0], 200)

    def choices(self, choose, times: int = 200) -> dict[str, int]:
        chosen = [choose() for _ in range(times)]
        return {version: chosen.count(version) for version in ("1", "2")}

    def by_reference(self, reference: str = ALIAS_ARN) -> str:
        return self.functions._get_func_record_for_ref(reference)[1]["Version"]

    def invoke(self, qualifier: str | None, **headers: str) -> dict:
        answer = asyncio.run(self.functions._invoke("orders", {}, headers, qualifier))
        return {"status": answer[0], "version": answer[1].get("X-Amz-Executed-Version"), "body": answer[2]}

    def test_without_weights_the_alias_is_its_version(self):
        self.assertEqual(self.choices(self.by_reference), {"1": 200, "2": 0})

    def test_with_weights_it_is_either(self):
        self.route(0.25)
        found = self.choices(self.by_reference, 400)
        self.assertEqual(sum(found.values()), 400)
        self.assertTrue(50 < found["2"] < 160, found)

    def test_a_function_keeps_the_name_it_is_invoked_by(self):
        for reference in (ALIAS_ARN, "orders:live"):
            self.assertEqual(self.functions._get_func_record_for_ref(reference)[1]["FunctionArn"], ALIAS_ARN)
        self.assertTrue(self.functions._get_func_record_for_ref("orders:1")[1]["FunctionArn"].endswith(":orders:1"))
        self.assertEqual(self.functions._functions["orders"]["versions"]["1"]["config"]["FunctionArn"][-2:], ":1")

    def test_an_unknown_qualifier_is_none(self):
        self.assertEqual(self.functions._get_func_record_for_ref("orders:test")[:2], (None, None))

    def test_a_direct_invocation_follows_the_weights_as_the_alias(self):
        self.route(0.5)
        found = self.choices(lambda: self.invoke("live")["version"], 100)
        self.assertTrue(20 < found["2"] < 80, found)
        self.assertEqual({arn for _, arn in self.executed}, {ALIAS_ARN})
        self.assertEqual([version for version, _ in self.executed].count("2"), found["2"])

    def test_an_asynchronous_one_does_so_as_well(self):
        self.route(1.0)
        self.assertEqual(self.invoke("live", **{"x-amz-invocation-type": "Event"})["status"], 202)
        self.assertEqual(self.executed, [("2", ALIAS_ARN)])

    def test_versions_and_the_function_itself_are_invoked_as_before(self):
        for qualifier, version, end in (("1", "1", ":orders:1"), (None, "$LATEST", ":orders")):
            self.assertEqual(self.invoke(qualifier)["version"], version)
            self.assertTrue(self.executed[-1][1].endswith(end))
        self.assertEqual(json.loads(self.invoke("test")["body"])["__type"], "ResourceNotFoundException")

    def test_what_an_invocation_leads_to_has_a_name_of_its_own(self):
        def nested(func: dict, event: object) -> dict:
            if not self.executed:
                self.executed.append(None)
                other = {"config": {"Version": "7", "FunctionArn": "arn:aws:lambda:x:1:function:other:7"}}
                async_invocations.INVOKE.get()(other, {})
            return {"body": None}

        with mock.patch.object(self.functions, "_execute_function", nested):
            self.invoke("live")
        self.assertEqual(self.executed[1:], [("7", "arn:aws:lambda:x:1:function:other:7")])


if __name__ == "__main__":
    unittest.main()
