"""Asynchronous invocations of Lambda functions, with the settings of AWS::Lambda::EventInvokeConfig.

MiniStack applies the settings of $LATEST whatever alias is invoked, knows no destination for successes, and its failure
record lacks half of what is in AWS's. An EventBridge target and an invocation by API both come here. An SNS topic
does not: MiniStack has it invoke its functions once.

After a failure AWS waits one minute, then two. Here it is `FIRST_RETRY_SECONDS`, then twice that. The maximum age of an
event is in real seconds, and so ends only what is throttled.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading
import time
import uuid
from datetime import datetime, timezone
from typing import Any

from . import event_loop, queues, scope
from .database import Database
from .guards import Seam
from .permissions import ACTIONS, Denied, check_role

_LAMBDA = "ministack.services.lambda_svc"
INVOKE = Seam(_LAMBDA, "invoke_async_with_retry", "(func, event)")
FUNCTIONS = Seam(_LAMBDA, "_functions")
FUNCTION = Seam(_LAMBDA, "_get_func_record_for_ref", "(function_ref)")
EXECUTE = Seam(_LAMBDA, "_execute_function", "(func, event)")
DISPATCH = Seam(_LAMBDA, "_execute_function_dispatch", "(func, config, event, request_id, started)")
PARSE_ARN = Seam("ministack.core.arn", "parse_arn", "(value)")
PUBLISH = Seam(
    "ministack.services.sns",
    "publish_internal",
    "(topic_arn, message, subject='', *, message_structure='', message_attributes=None, message_group_id='', "
    "message_deduplication_id='')",
)
PUT_EVENTS = Seam("ministack.services.eventbridge", "_put_events", "(data, allow_aws_source=False)")
SEAMS = (INVOKE, FUNCTIONS, FUNCTION, EXECUTE, DISPATCH, PARSE_ARN, PUBLISH, PUT_EVENTS)

FIRST_RETRY_SECONDS = 0.2
THROTTLED_SECONDS = 1.0
DEFAULT_RETRIES = 2
DEFAULT_AGE_SECONDS = 6 * 3600

Invocation = dict[str, Any]

logger = logging.getLogger(__name__)

_request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)


class Accepted:
    """The invocations that are not done yet, in SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS invocations (id INTEGER PRIMARY KEY, function TEXT NOT NULL, event TEXT NOT NULL)"
            )

    def add(self, function: str, event: Any) -> int:
        with self._database.transaction() as connection:
            row = (function, json.dumps(event))
            return connection.execute("INSERT INTO invocations (function, event) VALUES (?, ?)", row).lastrowid

    def remove(self, number: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM invocations WHERE id = ?", (number,))

    def take(self) -> list[tuple[str, Any]]:
        """All of them, which are no longer accepted then: to be done again."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT function, event FROM invocations ORDER BY id").fetchall()
            connection.execute("DELETE FROM invocations")
        return [(function, json.loads(event)) for function, event in rows]


_accepted: Accepted | None = None


def install(accepted: Accepted | None = None) -> None:
    global _accepted
    _accepted = accepted
    INVOKE.wrap(lambda with_settings_of_latest: invoke)
    DISPATCH.wrap(_under_one_request_id)


def invoke_by_arn(arn: str, event: Any) -> bool:
    """Invoke a function, a version or an alias; False if there is none."""
    function, config, _ = FUNCTION.get()(arn)
    if function is None:
        return False
    INVOKE.get()(function | {"config": config | {"FunctionArn": arn}}, event)
    return True


def invoke(function: dict[str, Any], event: Any) -> None:
    """Accept an invocation of what the configuration's `FunctionArn` names: a function, a version or an alias."""
    context = contextvars.copy_context()
    number = _accepted.add((function.get("config") or function)["FunctionArn"], event) if _accepted else None

    def run() -> None:
        context.run(_run, function, event)
        if number is not None:
            _accepted.remove(number)

    threading.Thread(target=run, name="async-invocation", daemon=True).start()


def _run(function: dict[str, Any], event: Any) -> None:
    config = function.get("config") or function
    arn = PARSE_ARN.get()(config["FunctionArn"])
    with scope.within(arn.account_id, arn.region):
        try:
            settings = _settings(config["FunctionName"], _qualifier(config["FunctionArn"]))
            record = _invoke_until_done(function, config, event, settings)
            _request_id.set(None)
            _send(settings, config, record, event)
        except Denied as denied:
            logger.warning("what became of an asynchronous invocation is told to nobody: %s", denied)
        except Exception:
            logger.exception("an asynchronous invocation of %s was lost", config["FunctionArn"])


def _settings(name: str, qualifier: str) -> dict[str, Any]:
    """The settings belong to the qualifier: those of $LATEST do not apply to an alias."""
    configured = FUNCTIONS.get().get(name, {}).get("event_invoke_configs") or {}
    # MiniStack keeps those that were made without a qualifier under an empty name.
    return configured.get(qualifier) or (configured.get("") if qualifier == "$LATEST" else None) or {}


def _invoke_until_done(function: dict, config: dict, event: Any, settings: dict[str, Any]) -> Invocation:
    _request_id.set(str(uuid.uuid4()))
    retries = int(settings.get("MaximumRetryAttempts", DEFAULT_RETRIES))
    expires = time.monotonic() + int(settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS))
    attempts, condition, result = 0, None, {}
    while condition is None:
        result = EXECUTE.get()(function, event)
        pause = THROTTLED_SECONDS if result.get("throttle") else FIRST_RETRY_SECONDS * 2**attempts
        # A throttled invocation has not run: it is no attempt.
        attempts += 0 if result.get("throttle") else 1
        if not result.get("error"):
            condition = "Success"
        elif attempts > retries:
            condition = "RetriesExhausted"
        elif time.monotonic() + pause > expires:
            condition = "EventAgeExceeded"
        else:
            time.sleep(pause)
    return _record(config, event, result, attempts, condition)


def _record(config: dict, event: Any, result: dict, attempts: int, condition: str) -> Invocation:
    arn, version = config["FunctionArn"], config.get("Version") or "$LATEST"
    response = {"statusCode": 200, "executedVersion": version}
    if condition != "Success":
        response["functionError"] = result.get("function_error") or "Unhandled"
    return {
        "version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": _request_id.get(),
            "functionArn": arn if _is_qualified(arn) else f"{arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": response,
        "responsePayload": result.get("body"),
    }


def _send(settings: dict[str, Any], config: dict, record: Invocation, event: Any) -> None:
    succeeded = record["requestContext"]["condition"] == "Success"
    destinations = settings.get("DestinationConfig") or {}
    destination = (destinations.get("OnSuccess" if succeeded else "OnFailure") or {}).get("Destination")
    if destination:
        _check(config, destination)
        _send_record(destination, record, "Success" if succeeded else "Failure")
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if dead_letters and not succeeded:
        _check(config, dead_letters)
        _send_dead_letter(dead_letters, record, event)


def _check(config: dict, destination: str) -> None:
    """It is the function's role that sends:
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    action = ACTIONS[PARSE_ARN.get()(destination).service]
    check_role(config.get("Role", ""), "lambda.amazonaws.com", config["FunctionArn"], action, destination)


def _send_record(destination: str, record: Invocation, outcome: str) -> None:
    service = PARSE_ARN.get()(destination).service
    body = json.dumps(record)
    if service == "sqs":
        queues.send(destination, body)
    elif service == "sns":
        event_loop.run(PUBLISH.get(), destination, body)
    elif service == "lambda":
        invoke_by_arn(destination, record)
    elif service == "events":
        entry = {
            "EventBusName": destination,
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {outcome}",
            "Detail": body,
            "Resources": [record["requestContext"]["functionArn"], destination],
        }
        event_loop.run(PUT_EVENTS.get(), {"Entries": [entry]})
    else:
        logger.warning("a local region knows no destination %s", destination)


def _send_dead_letter(target: str, record: Invocation, event: Any) -> None:
    """A dead-letter queue of the function gets the event alone, and attributes that say what became of it."""
    payload = record["responsePayload"]
    attributes = {
        "RequestID": record["requestContext"]["requestId"],
        "ErrorCode": "200",
        "ErrorMessage": (payload.get("errorMessage") if isinstance(payload, dict) else "") or "Unhandled",
    }
    if PARSE_ARN.get()(target).service == "sqs":
        queues.send(target, json.dumps(event), attributes)
    else:
        event_loop.run(
            PUBLISH.get(),
            target,
            json.dumps(event),
            message_attributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )


def _under_one_request_id(dispatch):
    """All attempts of an asynchronous invocation have the same request id."""

    def execute_function_dispatch(func, config, event, request_id, started):
        return dispatch(func, config, event, _request_id.get() or request_id, started)

    return execute_function_dispatch


def _qualifier(arn: str) -> str:
    return arn.rsplit(":", 1)[1] if _is_qualified(arn) else "$LATEST"


def _is_qualified(arn: str) -> bool:
    """arn:aws:lambda:region:account:function:name:qualifier"""
    return arn.count(":") == 7
