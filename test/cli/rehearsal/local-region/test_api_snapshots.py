import asyncio
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import api_snapshots, cloudformation, request_validators
from local_region.request_validators import RESOURCES, VALIDATORS

JSON = {"content-type": "application/json"}


class ApiSnapshots(unittest.TestCase):
    def setUp(self):
        from ministack.services import apigateway_v1

        apigateway_v1.reset()
        self.addCleanup(apigateway_v1.reset)
        self.handlers = cloudformation.HANDLERS.get()
        for patch in (
            mock.patch.dict(self.handlers),
            mock.patch.dict(self.handlers["AWS::ApiGateway::Method"]),
            *(mock.patch(f"{s.module}.{s.name}", s.get()) for s in (*api_snapshots.SEAMS, RESOURCES, VALIDATORS)),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        request_validators.install()
        api_snapshots.Snapshots().install()
        self.api, attributes = self.create("RestApi", {"Name": "orders"})
        self.root = attributes["RootResourceId"]
        self.create("Model", self.model())
        self.validator, _ = self.create("RequestValidator", {"RestApiId": self.api, "ValidateRequestBody": True})
        self.orders = self.route("orders")
        deployment, _ = self.create("Deployment", {"RestApiId": self.api})
        self.stage = {"RestApiId": self.api, "StageName": "live", "DeploymentId": deployment}
        self.create("Stage", self.stage)

    def create(self, name: str, properties: dict) -> tuple:
        return self.handlers[f"AWS::ApiGateway::{name}"]["create"](name, properties, "stack")

    def update(self, name: str, physical_id: str, old: dict, new: dict) -> None:
        self.handlers[f"AWS::ApiGateway::{name}"]["update"](physical_id, old, new, "stack")

    def model(self, *required: str) -> dict:
        schema = {"type": "object", "required": list(required)} if required else {"type": "object"}
        return {"RestApiId": self.api, "Name": "Order", "Schema": schema}

    def route(self, part: str) -> str:
        resource, _ = self.create("Resource", {"RestApiId": self.api, "ParentId": self.root, "PathPart": part})
        answer = {"StatusCode": "200", "ResponseTemplates": {"application/json": part}}
        self.create(
            "Method",
            {
                "RestApiId": self.api,
                "ResourceId": resource,
                "HttpMethod": "POST",
                "RequestModels": {"application/json": "Order"},
                "RequestValidatorId": self.validator,
                "MethodResponses": [{"StatusCode": "200"}],
                "Integration": {
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
                    "IntegrationResponses": [answer],
                },
            },
        )
        return resource

    def deploy(self) -> None:
        deployment, _ = self.create("Deployment", {"RestApiId": self.api})
        self.update("Stage", "live", self.stage, self.stage | {"DeploymentId": deployment})

    def post(self, path: str, body: bytes = b"{}") -> int:
        from ministack.services import apigateway_v1

        execute = apigateway_v1.handle_execute(self.api, "live", "POST", path, JSON, body, {})
        return asyncio.run(execute)[0]

    def test_what_was_deployed_is_served(self):
        self.assertEqual(self.post("/orders"), 200)

    def test_a_new_route_waits_for_the_next_deployment(self):
        self.route("returns")
        self.assertEqual(self.post("/returns"), 403)
        self.deploy()
        self.assertEqual(self.post("/returns"), 200)

    def test_a_removed_route_is_served_until_the_next_deployment(self):
        properties = {"RestApiId": self.api, "ParentId": self.root, "PathPart": "orders"}
        self.handlers["AWS::ApiGateway::Resource"]["delete"](self.orders, properties)
        self.assertEqual(self.post("/orders"), 200)
        self.deploy()
        self.assertEqual(self.post("/orders"), 403)

    def test_a_changed_gateway_response_is_given_from_the_next_deployment_on(self):
        response = {"ResponseType": "MISSING_AUTHENTICATION_TOKEN", "StatusCode": "404"}
        self.create("GatewayResponse", {"RestApiId": self.api, **response})
        self.assertEqual(self.post("/nowhere"), 403)
        self.deploy()
        self.assertEqual(self.post("/nowhere"), 404)

    def test_a_stricter_model_protects_from_the_next_deployment_on(self):
        self.update("Model", "Order", self.model(), self.model("total"))
        self.assertEqual(self.post("/orders"), 200)
        self.deploy()
        self.assertEqual(self.post("/orders"), 400)
        self.assertEqual(self.post("/orders", b'{"total": 5}'), 200)

    def test_a_changed_authorizer_takes_part_with_the_next_deployment(self):
        authorizers = api_snapshots.AUTHORIZERS
        authorizers.get().setdefault(self.api, {})["a"] = {"ttl": 1}
        self.deploy()
        authorizers.get()[self.api]["a"]["ttl"] = 2

        async def answer_with_what_is_seen(*request):
            return authorizers.get().get(self.api)["a"]["ttl"], {}, b""

        with mock.patch(f"{authorizers.module}._execute_in_scope", answer_with_what_is_seen):
            self.assertEqual(self.post("/orders"), 1)
            self.deploy()
            self.assertEqual(self.post("/orders"), 2)


if __name__ == "__main__":
    unittest.main()
