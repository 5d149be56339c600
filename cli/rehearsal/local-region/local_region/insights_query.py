"""The part of the Logs Insights query language that is understood here.

`fields`, `display`, `filter`, `sort` and `limit`; in a filter `=`, `like`, `in`, `and`, `or` and parentheses. Anything
else is refused: a query that was half understood would find the wrong lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, str]
Condition = Callable[[Row], bool]

MAX_ROWS = 10_000
DEFAULT_FIELDS = ("@timestamp", "@message")

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<comment>\#[^\n]*)
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<regex>/(?:\\.|[^/\\\n])+/)
      | (?P<name>`[^`]+`|@?[A-Za-z_][\w.]*)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<sign>[=|,()\[\]])
    )""",
    re.VERBOSE,
)


class Malformed(Exception):
    """The query is not one, or not of the part that is understood."""


@dataclass(frozen=True)
class Query:
    fields: tuple[str, ...]
    conditions: tuple[Condition, ...]
    sort: tuple[tuple[str, bool], ...]
    """The fields, and whether each ascends."""
    limit: int

    def run(self, rows: list[Row]) -> list[Row]:
        """The rows that meet the conditions, in order."""
        found = [row for row in rows if all(condition(row) for condition in self.conditions)]
        for field, ascending in reversed(self.sort):
            found.sort(key=lambda row: _sort_key(row.get(field, "")), reverse=not ascending)
        return found[: self.limit]


def discover(message: str) -> dict[str, str]:
    """The fields that Logs Insights finds in a line of JSON: those of objects and arrays joined by dots."""
    try:
        found = json.loads(message)
    except json.JSONDecodeError:
        return {}
    return dict(_leaves(found, "")) if isinstance(found, dict) else {}


def _leaves(value: Any, name: str):
    if isinstance(value, (dict, list)):
        children = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in children:
            yield from _leaves(child, f"{name}.{key}" if name else str(key))
    elif value is not None:
        yield name, value if isinstance(value, str) else json.dumps(value)


def parse(text: str) -> Query:
    """Raises `Malformed`."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Malformed(f"unexpected: {text[at : at + 20].strip()!r}")
        at = match.end()
        if match.lastgroup != "comment":
            tokens.append((match.lastgroup, match[match.lastgroup]))
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        fields: list[str] = []
        display: list[str] = []
        conditions: list[Condition] = []
        sort: list[tuple[str, bool]] = []
        limit = MAX_ROWS
        while True:
            command = self._take("name", "a command").lower()
            if command == "fields":
                fields += self._list(self._field)
            elif command == "display":
                display = self._list(self._field)
            elif command == "filter":
                conditions.append(self._either())
            elif command == "sort":
                sort = self._list(self._sort_field)
            elif command == "limit":
                limit = self._count()
            else:
                raise Malformed(f"the command {command} is not understood here")
            if self._at == len(self._tokens):
                return Query(tuple(display or fields) or DEFAULT_FIELDS, tuple(conditions), tuple(sort), limit)
            self._expect("|")

    def _either(self) -> Condition:
        some = [self._both()]
        while self._word("or"):
            some.append(self._both())
        return lambda row: any(condition(row) for condition in some)

    def _both(self) -> Condition:
        every = [self._one()]
        while self._word("and"):
            every.append(self._one())
        return lambda row: all(condition(row) for condition in every)

    def _one(self) -> Condition:
        if self._sign("("):
            inner = self._either()
            self._expect(")")
            return inner
        return self._comparison(self._field())

    def _comparison(self, field: str) -> Condition:
        if self._sign("="):
            value = self._literal()
            return lambda row: row.get(field) == value
        if self._word("in"):
            self._expect("[")
            values = self._list(self._literal)
            self._expect("]")
            return lambda row: row.get(field) in values
        if self._word("like"):
            pattern = self._pattern()
            return lambda row: pattern.search(row.get(field, "")) is not None
        raise Malformed(f"after {field} one of =, like and in is understood here")

    def _pattern(self) -> re.Pattern[str]:
        kind, text = self._next("a pattern")
        if kind == "string":
            return re.compile(re.escape(_unquoted(text)))
        if kind != "regex":
            raise Malformed(f"like takes a string or a regular expression, not {text}")
        try:
            return re.compile(text[1:-1])
        except re.error as error:
            raise Malformed(f"{text} is no regular expression: {error}") from error

    def _literal(self) -> str:
        kind, text = self._next("a value")
        if kind == "number":
            return text
        if kind != "string":
            raise Malformed(f"a string or a number is expected, not {text}")
        return _unquoted(text)

    def _field(self) -> str:
        return self._take("name", "a field").strip("`")

    def _sort_field(self) -> tuple[str, bool]:
        field = self._field()
        if self._word("asc"):
            return field, True
        if self._word("desc"):
            return field, False
        raise Malformed(f"after {field} asc or desc is expected here")

    def _count(self) -> int:
        count = self._take("number", "a number")
        if not count.isdigit() or not 1 <= int(count) <= MAX_ROWS:
            raise Malformed(f"limit is {count}, not from 1 to {MAX_ROWS}")
        return int(count)

    def _list(self, item: Callable[[], Any]) -> list[Any]:
        items = [item()]
        while self._sign(","):
            items.append(item())
        return items

    def _word(self, word: str) -> bool:
        return self._skip(lambda kind, text: kind == "name" and text.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._skip(lambda kind, text: kind == "sign" and text == sign)

    def _skip(self, wanted: Callable[[str, str], bool]) -> bool:
        found = self._at < len(self._tokens) and wanted(*self._tokens[self._at])
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        kind, text = self._next(sign)
        if (kind, text) != ("sign", sign):
            raise Malformed(f"{sign} is expected, not {text}")

    def _take(self, wanted: str, what: str) -> str:
        kind, text = self._next(what)
        if kind != wanted:
            raise Malformed(f"{what} is expected, not {text}")
        return text

    def _next(self, what: str) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise Malformed(f"{what} is expected, not the end")
        self._at += 1
        return self._tokens[self._at - 1]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _sort_key(value: str) -> tuple[int, float, str]:
    """Numbers come before text, and by their size."""
    try:
        return 0, float(value), ""
    except ValueError:
        return 1, 0, value
