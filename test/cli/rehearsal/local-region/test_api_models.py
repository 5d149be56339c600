import json
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import api_models, cloudformation

ORDER = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["const"],
    "additionalProperties": False,
    "properties": {"const": {"type": "string"}, "total": {"type": "number", "minimum": 0, "exclusiveMinimum": True}},
}


class ApiModels(unittest.TestCase):
    def setUp(self):
        from ministack.services import apigateway_v1

        apigateway_v1.reset()
        self.addCleanup(apigateway_v1.reset)
        for seam in api_models.SEAMS:
            patch = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            patch.start()
            self.addCleanup(patch.stop)
        api_models.install()
        self.handlers = cloudformation.HANDLERS.get()
        self.api, _ = self.handlers["AWS::ApiGateway::RestApi"]["create"]("Api", {"Name": "orders"}, "stack")

    def properties(self, schema: dict) -> dict:
        return {"RestApiId": self.api, "Name": "Order", "Schema": schema}

    def model(self, schema: dict) -> str:
        return self.handlers["AWS::ApiGateway::Model"]["create"]("Model", self.properties(schema), "stack")[0]

    def test_draft_4_is_accepted_and_a_property_may_be_called_as_a_keyword_is(self):
        self.assertEqual(self.model(ORDER), "Order")

    def test_newer_keywords_are_refused_wherever_they_are(self):
        newer = {"properties": {"state": {"const": "open"}, "lines": {"items": {"anyOf": [{"examples": [1]}]}}}}
        with self.assertRaisesRegex(ValueError, "BadRequestException"):
            self.model(newer)
        self.assertEqual(
            api_models.refusal(json.dumps(newer)),
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified. "
            'Unsupported keyword(s): ["const", "examples"]]',
        )

    def test_a_keyword_of_nobody_is_refused(self):
        with self.assertRaisesRegex(ValueError, "Unsupported keyword"):
            self.model({"ref": "#/definitions/Order"})

    def test_an_exclusive_limit_that_is_a_number_is_refused(self):
        with self.assertRaisesRegex(ValueError, "Invalid model schema specified"):
            self.model({"type": "number", "exclusiveMinimum": 0})

    def test_the_service_refuses_as_well(self):
        answer = api_models.CREATE_MODEL.get()(self.api, {"name": "Order", "schema": '{"const": 1}'})
        self.assertEqual((answer[0], json.loads(answer[2])["__type"]), (400, "BadRequestException"))
        self.assertIn('Unsupported keyword(s): [\\"const\\"]', answer[2].decode())

    def test_an_update_is_refused_alike(self):
        self.model(ORDER)
        update = self.handlers["AWS::ApiGateway::Model"]["update"]
        with self.assertRaisesRegex(ValueError, "Unsupported keyword"):
            update("Order", self.properties(ORDER), self.properties(ORDER | {"$id": "order"}), "stack")
        update("Order", self.properties(ORDER), self.properties(ORDER | {"title": "Order"}), "stack")


if __name__ == "__main__":
    unittest.main()
