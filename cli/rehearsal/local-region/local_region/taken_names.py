"""Names that are taken.

MiniStack's services refuse most of them, its CloudFormation puts the new resource in place of the old one. On AWS the
deployment fails, also when the old one is what an earlier stack retained:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
The words: https://github.com/aws-solutions/amazon-marketing-cloud-uploader-from-aws/issues/167
Only a name that the template gives can be taken; a generated one is new on AWS.

So too where the service overwrites or returns what there is, as PutMetricAlarm, PutRule and CreateTopic do: a second
creation of what a template can identify "will fail with the AlreadyExists error code" in the tests that a resource type
has to pass (`contract_create_create`), by
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/contract-tests.html.
Those tests leave out what has a generated identifier, beside its name. On record of these are state machines
(https://github.com/serverless-operations/serverless-step-functions/issues/394), topics
(https://github.com/fossamagna/amplify-category-console-notification/issues/15), rules
(https://github.com/cisagov/crossfeed/pull/2022); of the others, schedules
(https://github.com/aws/serverless-application-model/issues/3109) and domains of APIs
(https://github.com/anomalyco/sst/issues/156).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import cloudformation, scope
from .guards import Seam
from .stack_operations import rolls_back

_SQS = "ministack.services.sqs"
QUEUES = Seam(_SQS, "_queue_name_to_url")
QUEUE_RECORDS = Seam(_SQS, "_queues")
SQS_OPERATIONS = Seam(_SQS, "_HANDLERS")
SQS_ERROR = Seam(_SQS, "_Err", "(code, message, status=400)")
LOG_GROUPS = Seam("ministack.services.cloudwatch_logs", "_log_groups")
FUNCTIONS = Seam("ministack.services.lambda_svc", "_functions")
BUSES = Seam("ministack.services.eventbridge", "_event_buses")
ARCHIVES = Seam("ministack.services.eventbridge", "_archives")
TABLES = Seam("ministack.services.dynamodb", "_tables")
ALARMS = Seam("ministack.services.cloudwatch", "_alarms")
COMPOSITE_ALARMS = Seam("ministack.services.cloudwatch", "_composite_alarms")
DASHBOARDS = Seam("ministack.services.cloudwatch", "_dashboards")
RULES = Seam("ministack.services.eventbridge", "_rules")
RULE_KEY = Seam("ministack.services.eventbridge", "_rule_key", "(rule_name, bus_name)")
ROLES = Seam("ministack.services.iam", "_roles")
POLICIES = Seam("ministack.services.iam", "_policies")
SCHEDULES = Seam("ministack.services.scheduler", "_schedules")
TOPICS = Seam("ministack.services.sns", "_topics")
STATE_MACHINES = Seam("ministack.services.stepfunctions", "_state_machines")
_APIGATEWAY = "ministack.services.apigateway_v1"
DOMAINS = Seam(_APIGATEWAY, "_domain_names")
CREATE_DOMAIN = Seam(_APIGATEWAY, "_create_domain_name", "(data)")
APIGATEWAY_ERROR = Seam(_APIGATEWAY, "_v1_error", "(code, message, status)")
SEAMS = (
    QUEUES, QUEUE_RECORDS, SQS_OPERATIONS, SQS_ERROR, LOG_GROUPS, FUNCTIONS, BUSES, ARCHIVES, TABLES, ALARMS,
    COMPOSITE_ALARMS, DASHBOARDS, RULES, RULE_KEY, ROLES, POLICIES, SCHEDULES, TOPICS, STATE_MACHINES, DOMAINS,
    CREATE_DOMAIN, APIGATEWAY_ERROR,
)  # fmt: skip

DOMAIN_TYPE = "AWS::ApiGateway::DomainName"


class AlreadyExists(Exception):
    """As CloudFormation tells it, whatever the code of the service."""

    def __init__(self, resource_type: str, identifier: str) -> None:
        super().__init__(
            f"Resource of type '{resource_type}' with identifier '{identifier}' already exists. "
            "(HandlerErrorCode: AlreadyExists)"
        )


@dataclass(frozen=True)
class NamedType:
    resource_type: str
    property: str
    store: Seam
    key: Callable[[str, dict[str, Any]], str] = lambda name, properties: name
    """Where the store has it, by its name and the properties of the template."""

    def install(self) -> None:
        handler = cloudformation.HANDLERS.get()[self.resource_type]
        create, update = handler["create"], handler["update"]

        def checked_create(logical_id, properties, stack):
            self._check(properties.get(self.property), properties)
            return create(logical_id, properties, stack)

        def checked_update(physical_id, old, new, stack, *logical_id):
            # What a rollback brings back has been there all the time.
            if new.get(self.property) != old.get(self.property) and not rolls_back(stack):
                self._check(new.get(self.property), new, physical_id)
            return update(physical_id, old, new, stack, *logical_id)

        handler["create"], handler["update"] = checked_create, checked_update

    def find(self, name: str, properties: dict[str, Any]) -> Any:
        return self.store.get().get(self.key(name, properties))

    def _check(self, name: str | None, properties: dict[str, Any], physical_id: str | None = None) -> None:
        if name and name != physical_id and self.find(name, properties) is not None:
            raise AlreadyExists(self.resource_type, json.dumps({f"/properties/{self.property}": name}))


def _arn(service: str, resource: str) -> Callable[[str, dict[str, Any]], str]:
    return lambda name, properties: f"arn:aws:{service}:{scope.region()}:{scope.account()}:{resource}{name}"


def _policy_arn(name: str, properties: dict[str, Any]) -> str:
    return f"arn:aws:iam::{scope.account()}:policy{properties.get('Path', '/')}{name}"


def _rule_key(name: str, properties: dict[str, Any]) -> str:
    return RULE_KEY.get()(name, properties.get("EventBusName", "default").rpartition("/")[2])


TYPES = (
    NamedType("AWS::SQS::Queue", "QueueName", QUEUES),
    NamedType("AWS::Logs::LogGroup", "LogGroupName", LOG_GROUPS),
    NamedType("AWS::Lambda::Function", "FunctionName", FUNCTIONS),
    NamedType("AWS::Events::EventBus", "Name", BUSES),
    NamedType("AWS::Events::Archive", "ArchiveName", ARCHIVES),
    NamedType("AWS::DynamoDB::Table", "TableName", TABLES),
    NamedType("AWS::DynamoDB::GlobalTable", "TableName", TABLES),
    NamedType("AWS::CloudWatch::Alarm", "AlarmName", ALARMS),
    NamedType("AWS::CloudWatch::CompositeAlarm", "AlarmName", COMPOSITE_ALARMS),
    NamedType("AWS::CloudWatch::Dashboard", "DashboardName", DASHBOARDS),
    NamedType("AWS::Events::Rule", "Name", RULES, _rule_key),
    NamedType("AWS::IAM::Role", "RoleName", ROLES),
    NamedType("AWS::IAM::ManagedPolicy", "ManagedPolicyName", POLICIES, _policy_arn),
    NamedType("AWS::Scheduler::Schedule", "Name", SCHEDULES, lambda name, p: f"{p.get('GroupName', 'default')}/{name}"),
    NamedType("AWS::SNS::Topic", "TopicName", TOPICS, _arn("sns", "")),
    NamedType("AWS::StepFunctions::StateMachine", "StateMachineName", STATE_MACHINES, _arn("states", "stateMachine:")),
    NamedType(DOMAIN_TYPE, "DomainName", DOMAINS),
)


def install() -> None:
    for named_type in TYPES:
        named_type.install()
    CREATE_DOMAIN.wrap(_refusing_domains)
    handler = cloudformation.HANDLERS.get()[DOMAIN_TYPE]
    handler["update"] = _changing_domain(handler["update"])
    operations = SQS_OPERATIONS.get()
    operations["CreateQueue"] = _comparing_all_attributes(operations["CreateQueue"])


def _refusing_domains(create):
    """The code and the words: https://github.com/Miserlou/Zappa/issues/1410"""

    def create_domain_name(data):
        if data.get("domainName") in DOMAINS.get():
            return APIGATEWAY_ERROR.get()("BadRequestException", "The domain name you provided already exists.", 400)
        return create(data)

    return create_domain_name


def _changing_domain(update):
    """MiniStack creates it once more."""

    def update_domain(physical_id, old, new, stack):
        before = DOMAINS.get().pop(physical_id, None) if new.get("DomainName") == physical_id else None
        try:
            return update(physical_id, old, new, stack)
        except Exception:
            if before is not None:
                DOMAINS.get()[physical_id] = before
            raise

    return update_domain


def _comparing_all_attributes(create):
    """MiniStack leaves out attributes that the existing queue does not have, and compares text with numbers.

    The code and the words: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html,
    https://github.com/justeattakeaway/JustSaying/issues/208
    """

    @functools.wraps(create)
    def create_queue(data, queue_url):
        url = QUEUES.get().get(data.get("QueueName", ""))
        queue = QUEUE_RECORDS.get().get(url) if url else None
        for name, value in (data.get("Attributes") or {}).items() if queue else ():
            attributes = queue["attributes"]
            default = "true" if name == "SqsManagedSseEnabled" and "KmsMasterKeyId" not in attributes else None
            if _normal(attributes.get(name, default)) != _normal(value):
                raise SQS_ERROR.get()(
                    "QueueNameExists",
                    f"A queue already exists with the same name and a different value for attribute {name}",
                )
        if queue:
            return {"QueueUrl": url}
        return create(data, queue_url)

    return create_queue


def _normal(value: Any) -> Any:
    """The value of an attribute: JSON where it is JSON, and what is not set is false or empty."""
    try:
        return json.loads(value) or None
    except (TypeError, ValueError):
        return value or None
