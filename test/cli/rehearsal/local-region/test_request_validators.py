import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import cloudformation, request_validators


class RequestValidators(unittest.TestCase):
    def setUp(self):
        from ministack.services import apigateway_v1

        apigateway_v1.reset()
        self.addCleanup(apigateway_v1.reset)
        handlers = cloudformation.HANDLERS.get()
        method = mock.patch.dict(handlers["AWS::ApiGateway::Method"])
        every = mock.patch.dict(handlers)
        for patch in (every, method):
            patch.start()
            self.addCleanup(patch.stop)
        request_validators.install()
        self.api, attributes = self.provision("RestApi", {"Name": "orders"})
        self.root = attributes["RootResourceId"]
        self.model, _ = self.provision(
            "Model", {"RestApiId": self.api, "Name": "Order", "Schema": {"type": "object", "required": ["total"]}}
        )

    def provision(self, name: str, properties: dict) -> tuple:
        return cloudformation.HANDLERS.get()[f"AWS::ApiGateway::{name}"]["create"](name, properties, "stack")

    def method(self, validator: str | None) -> dict:
        properties = {
            "RestApiId": self.api,
            "ResourceId": self.root,
            "HttpMethod": "POST",
            "RequestModels": {"application/json": self.model},
        }
        self.provision("Method", properties | ({"RequestValidatorId": validator} if validator else {}))
        return request_validators.RESOURCES.get()[self.api][self.root]["resourceMethods"]["POST"]

    def check(self, method: dict, body: str):
        return request_validators.CHECK.get()(method, self.api, {}, {"content-type": "application/json"}, body, {})

    def test_a_body_that_does_not_match_its_model_is_refused(self):
        validator, _ = self.provision("RequestValidator", {"RestApiId": self.api, "ValidateRequestBody": True})
        method = self.method(validator)
        self.assertIsNone(self.check(method, '{"total": 5}'))
        self.assertIsNotNone(self.check(method, "{}"))

    def test_a_validator_that_validates_nothing_lets_pass(self):
        validator, _ = self.provision("RequestValidator", {"RestApiId": self.api, "ValidateRequestBody": "false"})
        self.assertIsNone(self.check(self.method(validator), "{}"))
        self.assertIsNone(self.check(self.method(None), "{}"))


if __name__ == "__main__":
    unittest.main()
