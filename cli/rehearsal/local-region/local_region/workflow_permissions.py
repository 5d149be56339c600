"""Whether the role of a state machine may do what its tasks do.

A function that it may not invoke fails the task with Lambda.AWSLambdaException, by the public record of
https://github.com/awslabs/aws-deployment-framework/issues/460. For the other services the name is made alike, of what
their SDK calls an error that it does not know. The permissions:
https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from . import scope
from .guards import Seam
from .permissions import ACTIONS, Denied, check_role

_MODULE = "ministack.services.stepfunctions"
TASK = Seam(_MODULE, "_execute_task", "(state_def, raw_input, execution, ctx)")
INVOKE = Seam(_MODULE, "_invoke_resource", "(resource, input_data)")
INVOKE_WITH_CALLBACK = Seam(_MODULE, "_invoke_with_callback", "(resource, input_data, token, state_def)")
FAILURE = Seam(_MODULE, "_ExecutionError", "(error, cause)")
STATE_MACHINES = Seam(_MODULE, "_state_machines")
FUNCTION = Seam("ministack.services.lambda_svc", "_get_func_record_for_ref", "(function_ref)")
SEAMS = (TASK, INVOKE, INVOKE_WITH_CALLBACK, FAILURE, STATE_MACHINES, FUNCTION)

_ERRORS = {
    "lambda": ("Lambda.AWSLambdaException", "AWSLambda", 403),
    "dynamodb": ("DynamoDB.AmazonDynamoDBException", "AmazonDynamoDBv2", 400),
    "events": ("EventBridge.AmazonEventBridgeException", "AmazonCloudWatchEvents", 400),
}
_TASKS = "arn:aws:states:::"

_machine: ContextVar[dict[str, Any] | None] = ContextVar("machine", default=None)


def install() -> None:
    TASK.wrap(_knowing_its_machine)
    INVOKE.wrap(lambda invoke: _checking(invoke))
    INVOKE_WITH_CALLBACK.wrap(lambda invoke: _checking(invoke))


def _knowing_its_machine(task):
    def execute_task(state_def, raw_input, execution, ctx):
        token = _machine.set(STATE_MACHINES.get().get((execution or {}).get("stateMachineArn", "")))
        try:
            return task(state_def, raw_input, execution, ctx)
        finally:
            _machine.reset(token)

    return execute_task


def _checking(invoke):
    def invoke_resource(resource, input_data, *rest):
        machine, call = _machine.get(), _call(resource, input_data)
        if machine and call:
            try:
                check_role(machine["roleArn"], "states.amazonaws.com", machine["stateMachineArn"], *call)
            except Denied as denied:
                error, service, status = _ERRORS[call[0].split(":")[0]]
                cause = f"{denied} (Service: {service}; Status Code: {status}; Error Code: AccessDeniedException)"
                raise FAILURE.get()(error, cause) from denied
        return invoke(resource, input_data, *rest)

    return invoke_resource


def _call(resource: str, parameters: Any) -> tuple[str, str] | None:
    """The action and the resource of a task; None for one that is not judged here."""
    if resource.startswith("arn:aws:lambda:"):
        return ACTIONS["lambda"], resource
    service, _, operation = resource.removeprefix(_TASKS).removesuffix(".waitForTaskToken").partition(":")
    if not resource.startswith(_TASKS) or not isinstance(parameters, dict):
        return None
    if service == "lambda" and operation == "invoke":
        name = parameters.get("FunctionName", "")
        arn = name if name.startswith("arn:") else (FUNCTION.get()(name)[1] or {}).get("FunctionArn")
        return (ACTIONS["lambda"], arn) if arn else None
    if service == "dynamodb" and parameters.get("TableName"):
        table = parameters["TableName"]
        arn = table if table.startswith("arn:") else _arn("dynamodb", f"table/{table}")
        return f"dynamodb:{operation[:1].upper()}{operation[1:]}", arn
    if service == "events" and operation == "putEvents" and parameters.get("Entries"):
        bus = parameters["Entries"][0].get("EventBusName", "default")
        return ACTIONS["events"], bus if bus.startswith("arn:") else _arn("events", f"event-bus/{bus}")
    return None


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{scope.region()}:{scope.account()}:{resource}"
