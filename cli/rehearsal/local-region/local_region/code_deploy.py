"""CodeDeploy for aliases of Lambda functions: applications, deployment groups, configurations and deployments.

A deployment leaves the alias at its version and routes a share of the invocations to the new one, step by step a larger
one; in the end the alias takes the new version. If an alarm of the deployment group is in ALARM before or meanwhile,
the deployment stops, and the alias goes back if the group rolls back automatically. Observed on AWS, with the words of
the error:
https://github.com/josefloressv/aws-devops-engineer/blob/main/scenarios/domain-1-sdlc/sam-canary-alarm-rollback/README.md
An alarm that is in ALARM already:
https://github.com/Firewallrbn/emergencias-co-backend/blob/main/docs/evidencias/canary-intake-rollback-20260822-1208.md

Intervals are divided by the region's time scale. Hooks are not called, and CodeDeploy's role is not checked.
"""

from __future__ import annotations

import random
import re
import string
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from . import durable_stores, scope
from .cloudformation import Properties, Provisioned, ResourceType
from .guards import Seam

ALARMS = Seam("ministack.services.cloudwatch", "_alarms")
COMPOSITE_ALARMS = Seam("ministack.services.cloudwatch", "_composite_alarms")
SEAMS = (ALARMS, COMPOSITE_ALARMS)

DEFAULT_CONFIG = "CodeDeployDefault.LambdaAllAtOnce"
POLL_SECONDS = 0.1
"""How often a deployment looks at its alarms."""
KEPT_DEPLOYMENTS = 100

_CANARY = re.compile(r"^CodeDeployDefault\.LambdaCanary(\d+)Percent(\d+)Minutes$")
_LINEAR = re.compile(r"^CodeDeployDefault\.LambdaLinear(\d+)PercentEvery(\d+)Minutes?$")

Step = tuple[int, float]
"""The percentage of invocations that go to the new version, and for how many minutes."""


class Records(ResourceType):
    """A resource type whose properties are kept by name, for each region."""

    def __init__(self, name: str, name_property: str, unique_within: str = "") -> None:
        self.name = name
        self._name_property = name_property
        self._unique_within = unique_within
        self._records: dict[tuple, Properties] = {}
        durable_stores.outlives(name, self._records)

    def find(self, name: str, within: str | None = None) -> Properties | None:
        return self._records.get((scope.account(), scope.region(), within, name))

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        name = properties.get(self._name_property) or generated_name
        self._records[self._key(name, properties)] = properties
        return name, {}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._records.pop(self._key(physical_id, properties), None)

    def _key(self, name: str, properties: Properties) -> tuple:
        return scope.account(), scope.region(), properties.get(self._unique_within), name


applications = Records("AWS::CodeDeploy::Application", "ApplicationName")
configs = Records("AWS::CodeDeploy::DeploymentConfig", "DeploymentConfigName")
groups = Records("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", unique_within="ApplicationName")

TYPES = (applications, configs, groups)


class DeploymentError(Exception):
    """A deployment that did not succeed."""


@dataclass
class Deployment:
    application: str
    group: str
    config: str
    alarms: list[str]
    """The alarms that stop it."""
    rolls_back: bool
    """Whether the alias goes back when an alarm has stopped it."""
    id: str = field(default_factory=lambda: "d-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=9)))
    status: str = "Created"
    error: dict[str, str] | None = None
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    completed: datetime | None = None

    def run(self, steps: list[Step], route: Callable[[int], None], minute: float) -> None:
        """Have `route` send a percentage to the new version, step by step up to 100. `minute` is in seconds."""
        self.status = "InProgress"
        try:
            self._check_alarms()
            for percentage, minutes in steps:
                route(percentage)
                self._watch(minutes * minute)
            route(100)
            self.status = "Succeeded"
        except DeploymentError:
            self.status = "Stopped"
            if self.rolls_back:
                route(0)
            raise
        finally:
            self.completed = datetime.now(timezone.utc)

    def _watch(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, POLL_SECONDS))
            self._check_alarms()

    def _check_alarms(self) -> None:
        active = [alarm for alarm in self.alarms if _state(alarm) == "ALARM"]
        if not active:
            return
        message = (
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the "
            f"affected deployments have been stopped. Activated alarms: {' '.join(f'<{alarm}>' for alarm in active)}"
        )
        self.error = {"code": "ALARM_ACTIVE", "message": message}
        raise DeploymentError(f"{self.id} failed. {message}")


deployments: deque[tuple[str, str, Deployment]] = deque(maxlen=KEPT_DEPLOYMENTS)
"""The last ones, with their account and region."""


def create_deployment(application: str, group_name: str) -> tuple[Deployment, list[Step]]:
    """A deployment by the settings of a deployment group, and its steps."""
    group = groups.find(group_name, within=application)
    if group is None:
        # https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html
        raise DeploymentError(f"No Deployment Group found for name: {group_name}")
    config = group.get("DeploymentConfigName") or DEFAULT_CONFIG
    alarms, rollback = group.get("AlarmConfiguration") or {}, group.get("AutoRollbackConfiguration") or {}
    deployment = Deployment(
        application,
        group_name,
        config,
        [alarm["Name"] for alarm in alarms.get("Alarms") or ()] if _is_true(alarms.get("Enabled")) else [],
        _is_true(rollback.get("Enabled")) and "DEPLOYMENT_STOP_ON_ALARM" in (rollback.get("Events") or ()),
    )
    deployments.append((scope.account(), scope.region(), deployment))
    return deployment, steps_of(config)


def steps_of(config: str) -> list[Step]:
    """What a deployment configuration does before the alias takes the new version.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """
    if config == DEFAULT_CONFIG:
        return []
    if canary := _CANARY.match(config):
        return [(int(canary[1]), int(canary[2]))]
    if linear := _LINEAR.match(config):
        return _linear(int(linear[1]), int(linear[2]))
    properties = configs.find(config)
    if properties is None:
        raise DeploymentError(f"No Deployment Configuration found for name: {config}")
    routing = properties.get("TrafficRoutingConfig") or {}
    if canary := routing.get("TimeBasedCanary"):
        return [(int(canary["CanaryPercentage"]), float(canary["CanaryInterval"]))]
    if linear := routing.get("TimeBasedLinear"):
        return _linear(int(linear["LinearPercentage"]), float(linear["LinearInterval"]))
    return []


def _linear(percentage: int, minutes: float) -> list[Step]:
    return [(share, minutes) for share in range(percentage, 100, percentage)]


def _state(alarm: str) -> str | None:
    found = ALARMS.get().get(alarm) or COMPOSITE_ALARMS.get().get(alarm)
    return found["StateValue"] if found else None


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
