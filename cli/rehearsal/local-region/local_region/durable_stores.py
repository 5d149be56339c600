"""What of this process's memory outlives it, in which parts.

MiniStack keeps its records in dictionaries of its modules. Each record is written as one part, but for those that grow:
the items of a table and the code of a function are written by themselves, the records of a stream and the events of an
archive as they come. Metrics, the history of alarms and the lines of logs are not written.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import pickle
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from .guards import Seam

SCOPED = Seam("ministack.core.responses", "AccountRegionScopedDict")
BY_ACCOUNT = Seam("ministack.core.responses", "AccountScopedDict")
STREAM_SEQUENCE = Seam("ministack.services.dynamodb", "_stream_seq_counter")
STREAM_TRIMMED = Seam("ministack.services.dynamodb", "_stream_trimmed")
SEAMS = (SCOPED, BY_ACCOUNT, STREAM_SEQUENCE, STREAM_TRIMMED)

SERVICES = "ministack.services."
TABLES, STREAMS = f"{SERVICES}dynamodb._tables", f"{SERVICES}dynamodb._stream_records"
ARCHIVES, EXECUTIONS = f"{SERVICES}eventbridge._archives", f"{SERVICES}stepfunctions._executions"
FUNCTIONS, LOG_GROUPS = f"{SERVICES}lambda_svc._functions", f"{SERVICES}cloudwatch_logs._log_groups"
SCHEDULES_FIRED = f"{SERVICES}scheduler._schedule_last_fired"
RULES_FIRED = f"{SERVICES}eventbridge._rule_last_fired"

BUSY = (
    f"{SERVICES}sqs._queues", STREAMS, ARCHIVES, EXECUTIONS, f"{SERVICES}pipes._positions",
    f"{SERVICES}lambda_svc._dynamodb_stream_positions", f"{SERVICES}lambda_svc._kinesis_positions",
)  # fmt: skip
"""What requests of an app change, as opposed to deployments."""

NOT_WRITTEN = (
    f"{SERVICES}cloudwatch._metrics", f"{SERVICES}cloudwatch._alarm_history", f"{SERVICES}eventbridge._events_log",
    f"{SERVICES}dynamodb._txn_idempotency", f"{SERVICES}stepfunctions._task_tokens",
    f"{SERVICES}stepfunctions._activity_tasks", f"{SERVICES}cloudwatch_logs._log_records",
)  # fmt: skip
OBJECTS = f"{SERVICES}s3."
"""Large, and changed only by requests to S3."""

Parts = Iterator[tuple[str, Any]]
Code = Callable[[bytes], str]
"""Keeps code, and returns what it is found by."""


_ours: dict[str, dict] = {}


def outlives(name: str, records: dict) -> None:
    """Have a dictionary of this package outlive the process as well. Its keys are literals."""
    _ours[name] = records


def all_stores() -> dict[str, dict]:
    """The dictionaries of all services that are in use, by the names of their modules."""
    kinds = (SCOPED.get(), BY_ACCOUNT.get())
    stores: dict[str, dict] = dict(_ours)
    seen: set[int] = set()
    for module_name, module in sorted(sys.modules.items()):
        if not module_name.startswith(SERVICES):
            continue
        for name, value in list(vars(module).items()):
            if isinstance(value, kinds) and id(value._data) not in seen:
                seen.add(id(value._data))
                stores[f"{module_name}.{name}"] = value._data
    for name in (SCHEDULES_FIRED, RULES_FIRED):
        stores[name] = _attribute(name)
    return {name: data for name, data in stores.items() if name not in NOT_WRITTEN}


def store(name: str) -> dict:
    if name in _ours:
        return _ours[name]
    found = _attribute(name)
    return found if isinstance(found, dict) else found._data


def parts(name: str, record: Any, known: int, code: Code) -> Parts:
    """What is to be written of a record, of which so many of the parts that only come are written already."""
    if name == TABLES:
        yield "", {key: value for key, value in record.items() if key not in ("items", "_index_members")}
    elif name == STREAMS:
        yield from ((str(i), record[i]) for i in range(known, len(record)))
    elif name == ARCHIVES:
        events = record.get("Events", [])
        yield "", {key: value for key, value in record.items() if key != "Events"}
        yield from ((str(i), events[i]) for i in range(known, len(events)))
    elif name == FUNCTIONS:
        yield "", _without_code(record, code)
    elif name == LOG_GROUPS:
        yield "", record | {"streams": {}}
    else:
        yield "", record


def comes(name: str, record: Any) -> int:
    """How many of its parts only come."""
    return len(record) if name == STREAMS else len(record.get("Events", [])) if name == ARCHIVES else 0


def restored(name: str, found: dict[str, Any], code: Callable[[str], bytes]) -> Any:
    """The record of these parts."""
    in_order = [found[part] for part in sorted((part for part in found if part), key=int)]
    if name == STREAMS:
        return in_order
    record = found[""]
    if name == TABLES:
        record["items"] = defaultdict(dict)
    elif name == ARCHIVES:
        record["Events"] = in_order
    elif name == FUNCTIONS:
        _with_code(record, code)
    return record


def after_restoring(stores: dict[str, dict]) -> None:
    """Numbers that go on."""
    numbers = [int(one["dynamodb"]["SequenceNumber"]) for stream in stores.get(STREAMS, {}).values() for one in stream]
    if numbers:
        STREAM_SEQUENCE.wrap(lambda counter: max(counter, *numbers))


def encode(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def decode(value: bytes) -> Any:
    return pickle.loads(value)


def encode_key(key: Any) -> str:
    return repr(key)


def decode_key(key: str) -> Any:
    return ast.literal_eval(key)


def digest(code: bytes) -> str:
    return hashlib.sha256(code).hexdigest()


def _without_code(record: dict, code: Code) -> dict:
    slim = dict(record)
    if isinstance(slim.get("code_zip"), bytes):
        slim["code_zip"] = ("code", code(slim["code_zip"]))
    if slim.get("versions"):
        slim["versions"] = {version: _without_code(one, code) for version, one in slim["versions"].items()}
    return slim


def _with_code(record: dict, code: Callable[[str], bytes]) -> None:
    if isinstance(record.get("code_zip"), tuple):
        record["code_zip"] = code(record["code_zip"][1])
    for one in (record.get("versions") or {}).values():
        _with_code(one, code)


def _attribute(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)
