"""Resources that nothing here knows: they deploy as records, so that the rest of the app can, and are named.

AWS refuses a template with a type that it does not have, https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html;
which types those are, this process cannot tell from those that the emulator lacks. So anything in the form of a type is
taken, `[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE){0,1}` by
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RegisterType.html. So is a custom resource whose
service token is no function of this region.
"""

from __future__ import annotations

import re
from typing import Any

from . import cloudformation, scope
from .cloudformation import Properties, Provisioned
from .database import Database
from .guards import Seam
from .skipped_attributes import Attributes

_CLOUDFORMATION = "ministack.services.cloudformation"
VALIDATE = Seam(f"{_CLOUDFORMATION}.engine", "_validate_template_limits", "(template)")
PROVISION = Seam(
    f"{_CLOUDFORMATION}.provisioners", "_provision_resource", "(resource_type, logical_id, props, stack_name)"
)
CUSTOM = Seam(
    f"{_CLOUDFORMATION}.custom_resource",
    "invoke_custom_resource",
    "(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None)",
)
FUNCTION = Seam("ministack.services.lambda_svc", "_get_func_record_for_ref", "(function_ref)")
PARSE_ARN = Seam("ministack.core.arn", "parse_arn", "(value)")
SEAMS = (VALIDATE, PROVISION, CUSTOM, FUNCTION, PARSE_ARN)

ROUTE = "skipped"
UNKNOWN_TYPE = "the emulator has no such type"

_TYPE = re.compile(r"(?!AWS::CloudFormation::)(?!Custom::)[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}(::MODULE)?")


class SkippedResources:
    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS skipped (type TEXT NOT NULL, physical_id TEXT NOT NULL, logical_id TEXT"
                " NOT NULL, stack TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (type, physical_id)) WITHOUT ROWID"
            )

    @property
    def all(self) -> list[dict[str, str]]:
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT type, logical_id, stack, reason FROM skipped ORDER BY 3, 2").fetchall()
        return [dict(zip(("type", "logicalId", "stack", "reason"), row)) for row in rows]

    def install(self) -> None:
        """After all types that are known."""
        for name in {one["type"] for one in self.all if one["reason"] == UNKNOWN_TYPE}:
            self._accept(name)
        VALIDATE.wrap(self._accepting_types)
        # A nested stack is not validated as a whole.
        PROVISION.wrap(self._accepting_type)
        CUSTOM.wrap(self._skipping)

    def _accepting_types(self, validate):
        def validate_template_limits(template):
            for resource in (template.get("Resources") or {}).values():
                if isinstance(resource, dict):
                    self._accept(resource.get("Type"))
            return validate(template)

        return validate_template_limits

    def _accepting_type(self, provision):
        def provision_resource(resource_type, logical_id, props, stack_name):
            self._accept(resource_type)
            return provision(resource_type, logical_id, props, stack_name)

        return provision_resource

    def _accept(self, name: Any) -> None:
        handlers = cloudformation.HANDLERS.get()
        if not isinstance(name, str) or name in handlers or not _TYPE.fullmatch(name):
            return

        def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
            return self._record(name, logical_id, properties, stack, UNKNOWN_TYPE)

        def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
            # One that gets another name is deleted afterwards, or stays if the stack rolls back.
            return create(logical_id, new, stack)

        def delete(physical_id: str, properties: Properties) -> None:
            self._forget(name, physical_id)

        handlers[name] = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}

    def _skipping(self, invoke):
        def invoke_custom_resource(
            request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None
        ):
            if request_type == "Delete" and self._forget(resource_type, physical_id):
                return physical_id, {}
            token = props.get("ServiceToken", "")
            if request_type == "Delete" or not _is_unknown(token):
                return invoke(
                    request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id, old_props
                )
            return self._record(resource_type, logical_id, props, stack_name, f"there is no function {token} here")

        return invoke_custom_resource

    def _record(self, name: str, logical_id: str, properties: Properties, stack: str, reason: str) -> Provisioned:
        physical_id = _given_name(name, properties) or cloudformation.PHYSICAL_NAME.get()(stack, logical_id, max_len=48)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO skipped (type, physical_id, logical_id, stack, reason) VALUES (?, ?, ?, ?, ?)",
                (name, physical_id, logical_id, stack, reason),
            )
        return physical_id, Attributes.of(name, physical_id)

    def _forget(self, name: str, physical_id: str | None) -> bool:
        with self._database.transaction() as connection:
            found = connection.execute("DELETE FROM skipped WHERE type = ? AND physical_id = ?", (name, physical_id))
        return found.rowcount > 0


def _given_name(name: str, properties: Properties) -> str | None:
    kind = name.split("::")[-1]
    given = properties.get(f"{kind}Name") or properties.get("Name")
    return given if isinstance(given, str) else None


def _is_unknown(token: Any) -> bool:
    """A function of another region is for MiniStack to refuse, as AWS does."""
    if not isinstance(token, str) or not token:
        return False
    return FUNCTION.get()(token)[0] is None and not _is_function_elsewhere(token)


def _is_function_elsewhere(token: str) -> bool:
    if not token.startswith("arn:aws:lambda:"):
        return False
    return PARSE_ARN.get()(token).region != scope.region()
