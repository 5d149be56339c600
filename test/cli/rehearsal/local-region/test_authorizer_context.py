import asyncio
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import authorizer_context

METHOD_KEY = "method.request.header.Authorization,context.httpMethod,context.resourcePath"


class AuthorizerContext(unittest.TestCase):
    def setUp(self):
        from ministack.services import apigateway_v1

        self.events: list[dict] = []

        async def invoke(authorizer, event, account_id, region):
            self.events.append(event)
            allowed = event["headers"]["authorization"] == "Bearer good"
            statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
            return {"body": {"principalId": "a", "policyDocument": {"Statement": [statement] if allowed else []}}}

        for name in ("_authorize_request_v1", "_request_identity_sources"):
            patch = mock.patch.object(apigateway_v1, name, getattr(apigateway_v1, name))
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch.object(apigateway_v1, "_invoke_authorizer_lambda", invoke)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(apigateway_v1.reset)
        apigateway_v1.reset()
        authorizer_context.install()
        self.gateway = apigateway_v1

    def authorize(self, source: str, method: str = "GET", path: str = "/parcels/{parcel}", token: str | None = "good", ttl: int = 300):
        self.gateway._authorizers_v1["api"] = {
            "a": {"id": "a", "type": "REQUEST", "identitySource": source, "authorizerResultTtlInSeconds": ttl}
        }
        headers = {"authorization": f"Bearer {token}"} if token else {}
        error, _ = asyncio.run(self.gateway._authorize_request_v1(
            "api", "prod", {"authorizationType": "CUSTOM", "authorizerId": "a"}, method, path, {"id": "r", "path": path},
            headers, b"", {}, {}, {}, emulator.ACCOUNT, emulator.HOME,
        ))
        return error and error.response_type

    def test_the_method_that_is_called_is_there(self):
        self.assertIsNone(self.authorize(METHOD_KEY))
        self.assertEqual(len(self.events), 1)

    def test_a_missing_header_is_still_missing(self):
        self.assertEqual(self.authorize(METHOD_KEY, token=None), "UNAUTHORIZED")
        self.assertEqual(self.events, [])

    def test_a_missing_header_is_refused_without_asking_even_if_no_answer_is_kept(self):
        self.assertEqual(self.authorize(METHOD_KEY, token=None, ttl=0), "UNAUTHORIZED")
        self.assertEqual(self.events, [])
        self.assertIsNone(self.authorize(METHOD_KEY, ttl=0))

    def test_a_variable_that_is_not_known_is_missing(self):
        self.assertEqual(self.authorize("method.request.header.Authorization,context.weather"), "UNAUTHORIZED")

    def test_the_answer_for_one_method_is_kept_for_that_method_only(self):
        for method, path in (("GET", "/a"), ("GET", "/a"), ("POST", "/a"), ("GET", "/b"), ("GET", "/a")):
            self.assertIsNone(self.authorize(METHOD_KEY, method, path))
        self.assertEqual([(event["httpMethod"], event["resource"]) for event in self.events], [("GET", "/a"), ("POST", "/a"), ("GET", "/b")])


if __name__ == "__main__":
    unittest.main()
