"""No new version of a function that is what its last version is.

MiniStack takes every change for a new function, also one that changes it back: an update, its rollback, and the same
update again. Lambda compares code and configuration and returns the last version:
https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
CloudFormation then fails ("A version for this Lambda function exists ( 2 ). Modify the function to create a new
version."), as MiniStack's does: https://github.com/aws/aws-cdk/issues/10274
After a rollback that retained the version: https://github.com/service-cloud-voice/ServiceCloudVoiceLambdas/issues/30
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from .guards import Seam
from .refusals import before_deployment

_LAMBDA = "ministack.services.lambda_svc"
PUBLISH = Seam(_LAMBDA, "_publish_version", "(name, data)")
FUNCTIONS = Seam(_LAMBDA, "_functions")
FUNCTION = Seam(_LAMBDA, "_get_func_record_for_ref", "(function_ref)")
SEAMS = (PUBLISH, FUNCTIONS, FUNCTION)

TYPE = "AWS::Lambda::Version"

_PUBLISHED = "published_content"
"""Our record of what a version was made of; the version itself may have a description of its own."""
_PUBLISHED_FROM = "function_revision"
"""MiniStack's: the revision of the function. It publishes no version of the same revision twice."""
_NOT_CONTENT = {
    "LastModified", "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode", "RevisionId", "State",
    "StateReason", "StateReasonCode",
}  # fmt: skip


def install() -> None:
    PUBLISH.wrap(_comparing_content)
    before_deployment(TYPE, _compare_content)


def _comparing_content(publish):
    @functools.wraps(publish)
    def publish_version(name, data):
        _recognize(name)
        answer = publish(name, data)
        last = _last_version(name)
        if last is not None:
            last.setdefault(_PUBLISHED, _content(name))
        return answer

    return publish_version


def _compare_content(properties: dict[str, Any]) -> None:
    _recognize(FUNCTION.get()(properties.get("FunctionName", ""))[2])


def _recognize(name: str) -> None:
    """Have MiniStack see that the last version is the function as it is now."""
    last = _last_version(name)
    if last is not None and last.get(_PUBLISHED) == _content(name):
        last[_PUBLISHED_FROM] = FUNCTIONS.get()[name]["config"]["RevisionId"]


def _last_version(name: str) -> dict[str, Any] | None:
    versions = FUNCTIONS.get().get(name, {}).get("versions", {})
    return versions[max(versions, key=int)] if versions else None


def _content(name: str) -> dict[str, Any]:
    configuration = FUNCTIONS.get()[name]["config"]
    return copy.deepcopy({key: value for key, value in configuration.items() if key not in _NOT_CONTENT})
