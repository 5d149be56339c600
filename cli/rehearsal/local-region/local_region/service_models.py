"""What AWS publishes of its services for SDKs: their actions, by which requests they come, and how they say that there are too many.

These are the models in botocore, https://github.com/boto/botocore/tree/develop/botocore/data
"""

from __future__ import annotations

import functools
import re

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, ServiceModel

_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses", "elasticloadbalancing": "elbv2"}
"""botocore's, of services whose endpoints are called otherwise."""

_THROTTLED = (
    "ProvisionedThroughputExceededException",
    "TooManyRequestsException",
    "RequestThrottled",
    "Throttled",
    "ThrottlingException",
)
_DEFAULT = ("ThrottlingException", 400)
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html, which all services have."""
_S3 = ("SlowDown", 503)
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""


@functools.cache
def model(service: str) -> ServiceModel | None:
    try:
        return _session().get_service_model(_NAMES.get(service, service))
    except UnknownServiceError:
        return None


def has_action(service: str, action: str) -> bool:
    found = model(service)
    return found is not None and action in found.operation_names


def action_at(service: str, method: str, path: str) -> str | None:
    """The action of a service whose requests name it by their path."""
    for verb, pattern, action in _routes(service):
        if verb == method and pattern.fullmatch(path):
            return action
    return None


def throttled(service: str, action: str | None) -> tuple[str, int]:
    """Code and status by which the service says that there are too many requests."""
    if service == "s3":
        return _S3
    found = model(service)
    if found is None:
        return _DEFAULT
    operation = found.operation_model(action) if action in found.operation_names else None
    shapes = operation.error_shapes if operation else found.error_shapes
    statuses = {shape.error_code: shape.metadata.get("error", {}).get("httpStatusCode", 400) for shape in shapes}
    by_name = {shape.name: shape.error_code for shape in shapes}
    for name in _THROTTLED:
        for shape_name, code in by_name.items():
            if shape_name in (name, f"{name}Exception"):
                return code, statuses[code]
    return _DEFAULT


@functools.cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Those with more literal parts first: a name may look like a part of a path."""
    found = model(service)
    if found is None or not found.metadata["protocol"].startswith("rest-"):
        return []
    operations = [found.operation_model(name) for name in found.operation_names]
    ordered = sorted(operations, key=lambda one: one.http["requestUri"].count("{"))
    return [(one.http["method"], _pattern(one), one.name) for one in ordered]


def _pattern(operation: OperationModel) -> re.Pattern[str]:
    path = operation.http["requestUri"].partition("?")[0].rstrip("/")
    parts = re.split(r"(\{[^}]+\})", path)
    pattern = "".join(".+" if part.endswith("+}") else "[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(pattern + "/?")


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
