"""Logs Insights queries over the fields of JSON lines.

MiniStack finds no fields in a line, and ignores what it does not understand of a query. Here what is not understood is
refused, see `insights_query`.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from . import insights_query
from .guards import Seam

_MODULE = "ministack.services.cloudwatch_logs"
START = Seam(_MODULE, "_start_query", "(data)")
QUERIES = Seam(_MODULE, "_queries")
COLLECT = Seam(_MODULE, "_collect_query_records", "(group_names, start_time_s, end_time_s)")
RESOLVE = Seam(_MODULE, "_resolve_query_log_groups", "(data)")
ERROR = Seam(
    "ministack.core.responses",
    "error_response_json",
    "(code, message, status=400, extra=None, *, message_key='message', content_type='application/x-amz-json-1.0')",
)
SEAMS = (START, QUERIES, COLLECT, RESOLVE, ERROR)


def install() -> None:
    START.wrap(_answering_by_fields)


def _answering_by_fields(start):
    def start_query(data: dict[str, Any]):
        text = data.get("queryString", "")
        try:
            query = insights_query.parse(text)
        except insights_query.Malformed as problem:
            return ERROR.get()("MalformedQueryException", str(problem))
        # checks the log groups, and keeps the query under an id
        status, headers, body = start({**data, "queryString": ""})
        if status == HTTPStatus.OK:
            _fill(QUERIES.get()[json.loads(body)["queryId"]], query, data, text)
        return status, headers, body

    return start_query


def _fill(kept: dict[str, Any], query: insights_query.Query, data: dict[str, Any], text: str) -> None:
    records = COLLECT.get()(RESOLVE.get()(data), kept["startTime"], kept["endTime"])
    rows = [_row(record) for record in records]
    found = query.run(rows)[: data.get("limit", insights_query.MAX_ROWS)]
    kept["queryString"] = text
    kept["results"] = [_cells(row, query.fields) for row in found]
    kept["statistics"]["recordsMatched"] = float(len(found))


def _row(record: dict[str, Any]) -> dict[str, str]:
    own = {name: value for name, value in record.items() if name.startswith("@")}
    return insights_query.discover(record["@message"]) | own


def _cells(row: insights_query.Row, fields: tuple[str, ...]) -> list[dict[str, str]]:
    # like AWS: a field that a line does not have is left out
    return [{"field": field, "value": row[field]} for field in (*fields, "@ptr") if field in row]
