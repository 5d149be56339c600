import json
import time
import unittest

import emulator  # noqa: F401
from local_region import insights

GROUP = "orders"


class Insights(unittest.TestCase):
    def setUp(self):
        from ministack.services import cloudwatch_logs as logs

        self.logs = logs
        logs.reset()
        self.addCleanup(logs.reset)
        self.addCleanup(setattr, logs, "_start_query", logs._start_query)
        insights.install()
        logs._create_log_group({"logGroupName": GROUP})
        logs._create_log_stream({"logGroupName": GROUP, "logStreamName": "s"})
        now = int(time.time() * 1000)
        lines = ['{"order_id": "o-1", "message": "taken"}', "START", '{"order_id": "o-2", "message": "taken"}']
        events = [{"timestamp": now - 1000 + i, "message": line} for i, line in enumerate(lines)]
        logs._put_log_events({"logGroupName": GROUP, "logStreamName": "s", "logEvents": events})

    def query(self, text: str, **more: object) -> tuple[int, dict]:
        now = int(time.time())
        request = {"logGroupNames": [GROUP], "startTime": now - 60, "endTime": now + 60, "queryString": text}
        status, _, body = self.logs._start_query({**request, **more})
        return status, json.loads(body)

    def results(self, text: str, **more: object) -> dict:
        status, started = self.query(text, **more)
        self.assertEqual(status, 200, started)
        return json.loads(self.logs._get_query_results(started)[2])

    def rows(self, text: str, **more: object) -> list[dict]:
        found = self.results(text, **more)["results"]
        return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in found]

    def test_finds_lines_by_the_fields_of_their_json(self):
        self.assertEqual(
            self.rows('fields order_id, message, @log | filter order_id = "o-2"'),
            [{"order_id": "o-2", "message": "taken", "@log": GROUP}],
        )

    def test_leaves_out_what_a_line_does_not_have(self):
        found = self.rows("fields order_id | sort @timestamp asc")
        self.assertEqual(found, [{"order_id": "o-1"}, {}, {"order_id": "o-2"}])

    def test_tells_how_much_it_found(self):
        found = self.results('filter message = "taken"')
        self.assertEqual(found["status"], "Complete")
        self.assertEqual((found["statistics"]["recordsMatched"], found["statistics"]["recordsScanned"]), (2, 3))

    def test_keeps_to_the_limit_and_to_the_times_of_the_request(self):
        self.assertEqual(len(self.rows("fields message", limit=1)), 1)
        self.assertEqual(self.rows("fields message", startTime=0, endTime=1), [])

    def test_refuses_what_is_not_understood(self):
        status, answer = self.query("stats count(message)")
        self.assertEqual((status, answer["__type"]), (400, "MalformedQueryException"))
        self.assertIn("stats", answer["message"])

    def test_refuses_a_log_group_that_is_not_there(self):
        status, answer = self.query("fields message", logGroupNames=["other"])
        self.assertEqual((status, answer["__type"]), (400, "ResourceNotFoundException"))


if __name__ == "__main__":
    unittest.main()
