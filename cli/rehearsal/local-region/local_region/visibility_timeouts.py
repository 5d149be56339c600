"""A function that reads from a queue may not run longer than the queue's visibility timeout.

Lambda looks when an event source mapping is made or changed, by the version that the mapping invokes, see
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
The code and the words: https://github.com/github-aws-runners/terraform-aws-github-runner/issues/465
That it looks when only the function or the queue changes is told nowhere, so that is accepted here.
"""

from __future__ import annotations

from typing import Any

from . import refusals
from .guards import Seam

_LAMBDA = "ministack.services.lambda_svc"
CREATE_MAPPING = Seam(_LAMBDA, "_create_esm", "(data)")
UPDATE_MAPPING = Seam(_LAMBDA, "_update_esm", "(esm_id, data)")
MAPPINGS = Seam(_LAMBDA, "_esms")
FUNCTION = Seam(_LAMBDA, "_get_func_record_for_ref", "(function_ref)")
QUEUE = Seam("ministack.services.sqs", "_queue_by_arn", "(arn)")
SEAMS = (CREATE_MAPPING, UPDATE_MAPPING, MAPPINGS, FUNCTION, QUEUE)

TYPE = "AWS::Lambda::EventSourceMapping"


def install() -> None:
    refusals.before(CREATE_MAPPING, check)
    refusals.before(UPDATE_MAPPING, _check_update)
    refusals.before_deployment(TYPE, check)


def check(mapping: dict[str, Any]) -> None:
    """Refuse a mapping, as the API or a template describes it, of a queue that is faster than the function."""
    source, function = mapping.get("EventSourceArn") or "", mapping.get("FunctionName") or ""
    queue = QUEUE.get()(source) if ":sqs:" in source else None
    configuration = FUNCTION.get()(function)[1] if function else None
    if queue is None or configuration is None:
        return
    visibility, timeout = int(queue["attributes"]["VisibilityTimeout"]), int(configuration["Timeout"])
    if timeout > visibility:
        raise refusals.Refusal(
            "Lambda",
            "InvalidParameterValueException",
            f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds",
        )


def _check_update(identifier: str, change: dict[str, Any]) -> None:
    mapping = MAPPINGS.get().get(identifier)
    if mapping:
        source = {"EventSourceArn": mapping["EventSourceArn"]}
        check(source | {"FunctionName": change.get("FunctionName") or mapping["FunctionArn"]})
