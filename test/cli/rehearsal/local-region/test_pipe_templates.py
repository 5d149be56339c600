import json
import unittest

import emulator  # noqa: F401
from local_region import pipe_templates
from local_region.pipe_templates import NoSuchPath

EVENT = {
    "eventName": "INSERT",
    "dynamodb": {
        "NewImage": {"id": {"S": 'order "1"'}, "total": {"N": "5"}, "lines": {"L": [{"S": "a"}, {"S": "b"}]}},
        "SizeBytes": 26,
    },
    "a-b": {"c_d": True},
}
VARIABLES = {"aws.pipes.pipe-name": "outbox", "aws.pipes.event.json": EVENT}


class Paths(unittest.TestCase):
    def test_lead_through_objects_and_arrays(self):
        for path, value in (
            ("$", EVENT),
            ("$.eventName", "INSERT"),
            ("$.dynamodb.NewImage.lines.L[1].S", "b"),
            ("$.dynamodb.NewImage.lines.L[*].S", ["a", "b"]),
            ("$.dynamodb.NewImage.*.N", ["5"]),
            ("$.a-b.c_d", True),
        ):
            with self.subTest(path):
                self.assertEqual(pipe_templates.value_at(path, EVENT), value)

    def test_lead_nowhere(self):
        for path in ("$.nope", "$.dynamodb.NewImage.lines.L[2]", "$.eventName.S", "$.nope[*]", "$.[", "eventName"):
            with self.subTest(path), self.assertRaises(NoSuchPath):
                pipe_templates.value_at(path, EVENT)

    def test_a_parameter_is_a_constant_or_a_path_as_a_whole(self):
        self.assertEqual(pipe_templates.parameter("shop", EVENT), "shop")
        self.assertEqual(pipe_templates.parameter("$.dynamodb.NewImage.total.N", EVENT), "5")
        self.assertEqual(pipe_templates.parameter("$.dynamodb.SizeBytes", EVENT), "26")
        self.assertEqual(pipe_templates.parameter("shop.$.eventName", EVENT), "shop.$.eventName")


class Templates(unittest.TestCase):
    def render(self, template: str) -> str:
        return pipe_templates.render(template, EVENT, VARIABLES)

    def test_a_value_outside_a_string_is_json(self):
        rendered = self.render(
            '{"id": <$.dynamodb.NewImage.id.S>, "size": <$.dynamodb.SizeBytes>, "image": <$.dynamodb.NewImage>}'
        )
        self.assertEqual(json.loads(rendered), {"id": 'order "1"', "size": 26, "image": EVENT["dynamodb"]["NewImage"]})

    def test_a_value_in_a_string_stands_as_it_is(self):
        self.assertEqual(self.render('{"a": "<$.eventName> of <aws.pipes.pipe-name>"}'), '{"a": "INSERT of outbox"}')
        self.assertEqual(self.render('{"id": "<$.dynamodb.NewImage.id.S>"}'), '{"id": "order "1""}')

    def test_an_object_in_a_string_loses_its_quotes(self):
        self.assertEqual(self.render('"total <$.dynamodb.NewImage.total>"'), '"total {N: 5}"')

    def test_a_template_without_quotes_is_text(self):
        self.assertEqual(self.render("<$.dynamodb.NewImage.total>"), "{N: 5}")
        self.assertEqual(self.render("Hello <$.eventName>"), "Hello INSERT")

    def test_the_whole_event_stays_json(self):
        for template in ('{"event": <aws.pipes.event.json>}', "<aws.pipes.event.json>"):
            rendered = json.loads(self.render(template))
            self.assertIn(EVENT, (rendered, rendered.get("event")))

    def test_what_is_not_there_leaves_nothing_behind(self):
        self.assertEqual(self.render('{"a": "<$.nope>", "b": "<aws.pipes.enrichment-arn>"}'), '{"a": "", "b": ""}')
        self.assertEqual(self.render('{"a": <$.nope>}'), '{"a": }')

    def test_nothing_else_is_a_placeholder(self):
        self.assertEqual(self.render('{"a": "<b> < <$.eventName> >"}'), '{"a": "<b> < INSERT >"}')


if __name__ == "__main__":
    unittest.main()
