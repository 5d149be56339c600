"""Whether a function's role may read the queue or stream of an event source mapping, and write to its destinations.

Lambda looks when the mapping is made, and refuses: https://github.com/aws/aws-cdk/issues/6770 (a queue; the present
wording: https://github.com/anomalyco/sst/issues/5737). What the role needs:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

from __future__ import annotations

import logging
from typing import Any

from . import cloudformation
from .guards import Seam
from .permissions import ACTIONS, Denied, check_role

_LAMBDA = "ministack.services.lambda_svc"
CREATE = Seam(_LAMBDA, "_create_esm", "(data)")
FUNCTION = Seam(_LAMBDA, "_get_func_record_for_ref", "(function_ref)")
SEND_FAILURE = Seam(
    _LAMBDA, "_send_ddb_stream_failure_record", "(esm, func_rec, batch, stream_arn, result, condition)"
)
ERROR = Seam(
    _LAMBDA,
    "error_response_json",
    "(code, message, status=400, extra=None, *, message_key='message', content_type='application/x-amz-json-1.0')",
)
SEAMS = (CREATE, FUNCTION, SEND_FAILURE, ERROR)

TYPE = "AWS::Lambda::EventSourceMapping"

_READING = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
}


logger = logging.getLogger(__name__)


def install() -> None:
    CREATE.wrap(_refusing)
    SEND_FAILURE.wrap(_sending_in_its_role)
    handler = cloudformation.HANDLERS.get()[TYPE]
    handler["create"] = _failing(handler["create"])


def problem(properties: dict[str, Any]) -> str | None:
    """Why Lambda refuses the mapping; None if its role may read."""
    source = properties.get("EventSourceArn") or ""
    service = (source.split(":") + [""] * 3)[2]
    config = FUNCTION.get()(properties.get("FunctionName", ""))[1]
    if config is None:
        return None
    for operation in _READING.get(service, ()):
        try:
            check_role(
                config.get("Role", ""), "lambda.amazonaws.com", config["FunctionArn"], f"{service}:{operation}", source
            )
        except Denied:
            where = "SQS" if service == "sqs" else source
            return f"The function execution role does not have permissions to call {operation} on {where}"
    return None


def _sending_in_its_role(send):
    def send_failure(esm, func_rec, *rest):
        destination = ((esm.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        config = func_rec.get("config") or func_rec
        try:
            if destination:
                action = ACTIONS[destination.split(":")[2]]
                check_role(config.get("Role", ""), "lambda.amazonaws.com", config["FunctionArn"], action, destination)
        except Denied as denied:
            logger.warning("an event source mapping drops what failed: %s", denied)
            return
        send(esm, func_rec, *rest)

    return send_failure


def _refusing(create):
    def create_mapping(data):
        reason = problem(data)
        return ERROR.get()("InvalidParameterValueException", reason, 400) if reason else create(data)

    return create_mapping


def _failing(create):
    def provision(logical_id, properties, stack_name):
        reason = problem(properties)
        if reason:
            raise ValueError(f"InvalidParameterValueException: {reason}")
        return create(logical_id, properties, stack_name)

    return provision
