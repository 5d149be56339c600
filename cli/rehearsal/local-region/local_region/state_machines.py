"""Step Functions: what MiniStack does differently from AWS.

StartExecution of a running execution with the same input is an error there, and the DynamoDB tasks of a state machine
run on its thread, so that a conditional write can interleave with one of an HTTP client, and a killed process can leave a
row without what it makes for other regions.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import aws_api, event_loop
from .cloudformation import Properties, Provisioned, ResourceType
from .guards import Seam

_MODULE = "ministack.services.stepfunctions"
START = Seam(_MODULE, "_start_execution", "(data)")
EXECUTIONS = Seam(_MODULE, "_executions")
RESOLVE = Seam(_MODULE, "_resolve_state_machine_arn", "(arn)")
INVOKE_DYNAMODB = Seam(_MODULE, "_invoke_dynamodb", "(op_name, input_data)")
JSON_RESPONSE = Seam(_MODULE, "json_response", "(data, status=200, *, content_type='application/x-amz-json-1.0')")
SEAMS = (START, EXECUTIONS, RESOLVE, INVOKE_DYNAMODB, JSON_RESPONSE)


def install(in_one_transaction: Callable[[Any], Any]) -> None:
    """`in_one_transaction` gives a function that keeps all it writes, or nothing of it."""
    START.wrap(_idempotent)
    INVOKE_DYNAMODB.wrap(lambda invoke: event_loop.running(in_one_transaction(invoke)))


def _idempotent(start):
    """Starting a running STANDARD execution again with the same name and input returns the running one."""

    def start_execution(data):
        state_machine = RESOLVE.get()(data.get("stateMachineArn", "").split("#")[0])
        if state_machine and data.get("name"):
            arn = f"{state_machine.replace(':stateMachine:', ':execution:')}:{data['name']}"
            running = EXECUTIONS.get().get(arn)
            if running and running["status"] == "RUNNING" and _same_json(running["input"], data.get("input", "{}")):
                return JSON_RESPONSE.get()({"executionArn": arn, "startDate": running["startDate"]})
        return start(data)

    return start_execution


def _same_json(left: str, right: str) -> bool:
    try:
        return json.loads(left) == json.loads(right)
    except ValueError:
        return left == right


class StateMachineVersion(ResourceType):
    name = "AWS::StepFunctions::StateMachineVersion"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        request = {"stateMachineArn": properties["StateMachineArn"], "description": properties.get("Description", "")}
        revision = properties.get("StateMachineRevisionId")
        if revision:
            request["revisionId"] = revision
        arn = _states("PublishStateMachineVersion", request)["stateMachineVersionArn"]
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        # Every property is create-only. The predecessor stays: an alias may route to it until it is updated.
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        _states("DeleteStateMachineVersion", {"stateMachineVersionArn": physical_id})


class StateMachineAlias(ResourceType):
    """A deployment preference moves all traffic at once."""

    name = "AWS::StepFunctions::StateMachineAlias"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        request = {"name": properties.get("Name") or generated_name, **_alias(properties)}
        arn = _states("CreateStateMachineAlias", request)["stateMachineAliasArn"]
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        if old.get("Name") != new.get("Name"):
            return self.create(new, generated_name)
        _states("UpdateStateMachineAlias", {"stateMachineAliasArn": physical_id, **_alias(new)})
        return physical_id, {"Arn": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        _states("DeleteStateMachineAlias", {"stateMachineAliasArn": physical_id})


TYPES = (StateMachineVersion(), StateMachineAlias())


def _alias(properties: Properties) -> Properties:
    preference = properties.get("DeploymentPreference")
    routes = properties.get("RoutingConfiguration") or [
        {"StateMachineVersionArn": (preference or {}).get("StateMachineVersionArn"), "Weight": 100}
    ]
    return {
        "description": properties.get("Description", ""),
        "routingConfiguration": [
            {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
            for route in routes
        ],
    }


def _states(operation: str, body: Properties) -> Properties:
    return aws_api.call("states", f"AWSStepFunctions.{operation}", body)
