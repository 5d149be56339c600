import json
import unittest
from unittest import mock

import emulator  # noqa: F401
from local_region import api_resources, cloudformation
from local_region.refusals import Refusal


class ApiResources(unittest.TestCase):
    def setUp(self):
        from ministack.services import apigateway_v1

        apigateway_v1.reset()
        self.addCleanup(apigateway_v1.reset)
        handlers = cloudformation.HANDLERS.get()
        for patch in (
            mock.patch.dict(handlers[api_resources.TYPE]),
            *(mock.patch(f"{seam.module}.{seam.name}", seam.get()) for seam in api_resources.SEAMS),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        api_resources.install()
        self.api, attributes = handlers["AWS::ApiGateway::RestApi"]["create"]("Api", {"Name": "orders"}, "stack")
        self.root = attributes["RootResourceId"]

    def properties(self, part: str, parent: str | None = None) -> dict:
        return {"RestApiId": self.api, "ParentId": parent or self.root, "PathPart": part}

    def resource(self, part: str, parent: str | None = None) -> str:
        create = cloudformation.HANDLERS.get()[api_resources.TYPE]["create"]
        return create("Resource", self.properties(part, parent), "stack")[0]

    def test_literals_beside_one_variable_are_accepted_and_so_is_a_greedy_one_at_the_end(self):
        orders = self.resource("orders")
        order = self.resource("{id}", orders)
        self.resource("open", orders)
        self.resource("items", order)
        self.resource("{rest+}")
        self.assertEqual(len(api_resources.RESOURCES.get()[self.api]), 6)

    def test_a_second_variable_beside_another_is_refused(self):
        orders = self.resource("orders")
        self.resource("{id}", orders)
        with self.assertRaises(Refusal) as refused:
            self.resource("{orderId}", orders)
        self.assertEqual(refused.exception.code, "BadRequestException")
        self.assertEqual(
            refused.exception.message,
            "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
        )

    def test_a_variable_cannot_be_renamed_while_the_old_one_is_there(self):
        identifier = self.resource("{id}")
        update = cloudformation.HANDLERS.get()[api_resources.TYPE]["update"]
        with self.assertRaisesRegex(Refusal, "A sibling"):
            update(identifier, self.properties("{id}"), self.properties("{orderId}"), "stack")
        self.assertIn(identifier, api_resources.RESOURCES.get()[self.api])

    def test_nothing_goes_below_a_greedy_variable(self):
        with self.assertRaisesRegex(Refusal, "child of a resource with a greedy path variable: {rest\\+}"):
            self.resource("items", self.resource("{rest+}"))

    def test_the_service_refuses_as_well(self):
        self.resource("{id}")
        status, _, body = api_resources.CREATE_RESOURCE.get()(self.api, self.root, {"pathPart": "{rest+}"})
        self.assertEqual((status, json.loads(body)["__type"]), (400, "BadRequestException"))

    def test_a_name_that_exists_fails_the_stack(self):
        self.resource("orders")
        with self.assertRaisesRegex(Refusal, "ConflictException"):
            self.resource("orders")


if __name__ == "__main__":
    unittest.main()
