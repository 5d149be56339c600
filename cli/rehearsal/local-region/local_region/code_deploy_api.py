"""CodeDeploy's API, as far as it tells of deployments: ListDeployments and GetDeployment.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from . import aws_api, refusals, scope
from .code_deploy import Deployment, deployments
from .guards import Seam

ROUTES = Seam("ministack.core.router", "SERVICE_PATTERNS")
SEAMS = (ROUTES,)

SERVICE = "codedeploy"
TARGET = "CodeDeploy_20141006"

Request = dict[str, Any]


def install() -> None:
    ROUTES.get()[SERVICE] = {"target_prefixes": [TARGET]}
    aws_api.HANDLERS.get()[SERVICE] = handle


async def handle(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> tuple:
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    return _answer(operation, json.loads(body or b"{}"))


@refusals.answer
def _answer(operation: str, request: Request) -> tuple:
    if operation not in _OPERATIONS:
        raise refusals.Refusal("CodeDeploy", "UnknownOperationException", f"a local region has no {operation}")
    answer = json.dumps(_OPERATIONS[operation](request)).encode()
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, answer


def _here() -> list[Deployment]:
    """The deployments of the account and region, the last one first."""
    place = scope.account(), scope.region()
    return [deployment for account, region, deployment in reversed(deployments) if (account, region) == place]


def _list_deployments(request: Request) -> Request:
    def is_asked_for(deployment: Deployment) -> bool:
        return (
            request.get("applicationName", deployment.application) == deployment.application
            and request.get("deploymentGroupName", deployment.group) == deployment.group
            and deployment.status in request.get("includeOnlyStatuses", [deployment.status])
        )

    return {"deployments": [deployment.id for deployment in _here() if is_asked_for(deployment)]}


def _get_deployment(request: Request) -> Request:
    identifier = request.get("deploymentId", "")
    found = next((deployment for deployment in _here() if deployment.id == identifier), None)
    if found is None:
        raise refusals.Refusal(
            "CodeDeploy", "DeploymentDoesNotExistException", f"The deployment {identifier} could not be found"
        )
    information = {
        "applicationName": found.application,
        "deploymentGroupName": found.group,
        "deploymentConfigName": found.config,
        "deploymentId": found.id,
        "status": found.status,
        "errorInformation": found.error,
        "createTime": _seconds(found.created),
        "completeTime": _seconds(found.completed),
        "creator": "user",
        "computePlatform": "Lambda",
    }
    return {"deploymentInfo": {name: value for name, value in information.items() if value is not None}}


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


_OPERATIONS = {"ListDeployments": _list_deployments, "GetDeployment": _get_deployment}
