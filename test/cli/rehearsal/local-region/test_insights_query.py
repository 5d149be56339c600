import unittest

from local_region.insights_query import Malformed, discover, parse

ROWS = [
    {"order_id": "o-1", "message": "order taken", "n": "10"},
    {"order_id": "o-2", "message": "order taken", "n": "9"},
    {"execution": "o-1", "message": "execution started", "n": "1"},
    {"message": "heartbeat"},
]


def messages(query: str) -> list[str]:
    return [f"{row.get('order_id', row.get('execution', '-'))} {row['message']}" for row in parse(query).run(ROWS)]


class Filters(unittest.TestCase):
    def test_without_one_finds_everything(self):
        self.assertEqual(len(messages("fields message")), 4)

    def test_equality_is_of_text_and_a_field_that_is_not_there_equals_nothing(self):
        self.assertEqual(messages("filter order_id = 'o-1'"), ["o-1 order taken"])
        self.assertEqual(messages('filter order_id = ""'), [])
        self.assertEqual(messages("filter n = 9"), ["o-2 order taken"])

    def test_a_quote_may_be_escaped(self):
        row = {"message": 'say "no"'}
        self.assertEqual(parse(r'filter message = "say \"no\""').run([row]), [row])

    def test_in_is_one_of_a_list(self):
        self.assertEqual(messages('filter order_id in ["o-1", "o-2"]'), ["o-1 order taken", "o-2 order taken"])

    def test_like_is_a_part_or_a_regular_expression(self):
        self.assertEqual(messages('filter message like "tak"'), ["o-1 order taken", "o-2 order taken"])
        self.assertEqual(messages('filter message like "t.k"'), [])
        self.assertEqual(messages("filter message like /^(exec|heart)/"), ["o-1 execution started", "- heartbeat"])

    def test_and_binds_more_tightly_than_or(self):
        self.assertEqual(
            messages('filter execution = "o-1" or order_id = "o-2" and n = 10'),
            ["o-1 execution started"],
        )
        self.assertEqual(messages('filter (execution = "o-1" or order_id = "o-1") and n = 10'), ["o-1 order taken"])

    def test_several_must_all_be_met(self):
        self.assertEqual(messages('filter message like "order" | filter n = 9'), ["o-2 order taken"])

    def test_words_are_in_any_case_and_comments_mean_nothing(self):
        self.assertEqual(messages('# all | of it\nFILTER n = 9 OR n = 10 # two\n| LIMIT 1'), ["o-1 order taken"])


class Results(unittest.TestCase):
    def test_are_sorted_numbers_by_size(self):
        self.assertEqual([row.get("n") for row in parse("sort n asc").run(ROWS)], ["1", "9", "10", None])
        self.assertEqual([row.get("n") for row in parse("sort n desc | limit 2").run(ROWS)], [None, "10"])

    def test_are_sorted_by_the_first_field_first(self):
        self.assertEqual([row.get("n") for row in parse("sort message desc, n asc").run(ROWS)], ["9", "10", None, "1"])

    def test_show_the_fields_that_are_displayed_else_those_that_are_named(self):
        self.assertEqual(parse("fields a, @timestamp | fields b.c").fields, ("a", "@timestamp", "b.c"))
        self.assertEqual(parse("fields a, b | display `b-c`").fields, ("b-c",))
        self.assertEqual(parse("limit 1").fields, ("@timestamp", "@message"))


class Refusals(unittest.TestCase):
    def test_what_is_not_understood_is_refused(self):
        for query in (
            "",
            "# nothing",
            "fields",
            "fields a |",
            "fields a b",
            "stats count(*) by a",
            "parse @message '*' as a",
            "dedup a",
            "SOURCE logGroups(namePrefix: ['a'])",
            "fields toupper(a)",
            "fields a as b",
            "filter a",
            "filter a = b",
            "filter a > 1",
            "filter a != 1",
            "filter not a = 1",
            "filter a not in [1]",
            "filter a = 1 and",
            "filter (a = 1",
            "filter a in []",
            "filter a like 1",
            "filter a like /(/",
            "filter a = 'open",
            "sort a",
            "limit 0",
            "limit 10001",
            "limit many",
        ):
            with self.subTest(query), self.assertRaises(Malformed):
                parse(query)


class Discovery(unittest.TestCase):
    def test_finds_the_fields_of_a_line_of_json(self):
        line = '{"level": "INFO", "error": {"name": "E"}, "n": 1, "ok": true, "list": ["a", {"b": 2}], "none": null}'
        self.assertEqual(
            discover(line),
            {"level": "INFO", "error.name": "E", "n": "1", "ok": "true", "list.0": "a", "list.1.b": "2"},
        )

    def test_finds_none_in_other_lines(self):
        for line in ("", "START RequestId: 1", "[1]", '"text"', "{", "1"):
            with self.subTest(line):
                self.assertEqual(discover(line), {})


if __name__ == "__main__":
    unittest.main()
