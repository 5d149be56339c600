"""What DynamoDB and CloudFormation refuse of tables."""

from __future__ import annotations

from typing import Any

from . import cloudformation, refusals
from .guards import Seam
from .refusals import Refusal

PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)
"""AWS's words, by https://github.com/nubo-db/dynoxide/issues/46. Each replica has a protection of its own, by
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html."""

REPLICAS_AN_UPDATE = 1
"""With eventual consistency: "you can only add or remove a single replica in each update. For Multi-Region Strong
Consistency (MRSC), you can add or remove up to 3 replicas, or 2 replicas plus a witness Region", by
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html.
The words of the error are not on record."""
STRONGLY_CONSISTENT_REPLICAS_AN_UPDATE = 3
INDEXES_AN_UPDATE = 1
"""The same page: "You can only create or delete one global secondary index in a single stack operation". The words are
those for a table of one region: https://github.com/aws/aws-cdk/issues/14920. Those of the service, with its code:
https://github.com/architect/architect/issues/334"""
UPDATE_TABLE = Seam("ministack.services.dynamodb", "_update_table", "(data)")
SEAMS = (UPDATE_TABLE,)

REGIONAL_TYPE = "AWS::DynamoDB::Table"


def install() -> None:
    refusals.before(UPDATE_TABLE, _check_request)
    handler = cloudformation.HANDLERS.get()[REGIONAL_TYPE]
    update = handler["update"]

    def checked_update(physical_id, old, new, stack, *logical_id):
        check_indexes(old, new)
        return update(physical_id, old, new, stack, *logical_id)

    handler["update"] = checked_update


def _check_request(request: dict[str, Any]) -> None:
    changes = request.get("GlobalSecondaryIndexUpdates") or []
    if sum("Create" in change or "Delete" in change for change in changes) > INDEXES_AN_UPDATE:
        message = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
        raise Refusal("DynamoDb", "LimitExceededException", message)


def check_protection(table: dict[str, Any] | None) -> None:
    if table and _true(table.get("DeletionProtectionEnabled")):
        raise Refusal("DynamoDb", "ValidationException", PROTECTED)


def protected_in(region: str, properties: dict[str, Any]) -> bool:
    """Whether the template protects the replica of the region."""
    replicas = properties.get("Replicas", [])
    return any(replica["Region"] == region and _true(replica.get("DeletionProtectionEnabled")) for replica in replicas)


def check_update(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What one update of a global table may change."""
    replicas = _changed("Replicas", "Region", old, new)
    strong = new.get("MultiRegionConsistency") == "STRONG"
    allowed = STRONGLY_CONSISTENT_REPLICAS_AN_UPDATE if strong else REPLICAS_AN_UPDATE
    if len(replicas) > allowed:
        message = f"Cannot add or remove so many replicas in a single update: {', '.join(replicas)}"
        raise Refusal("DynamoDb", "ValidationException", message)
    check_indexes(old, new)


def check_indexes(old: dict[str, Any], new: dict[str, Any]) -> None:
    if len(_changed("GlobalSecondaryIndexes", "IndexName", old, new)) > INDEXES_AN_UPDATE:
        message = "Cannot perform more than one GSI creation or deletion in a single update"
        raise Refusal("DynamoDb", "ValidationException", message)


def _changed(property_name: str, key: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before, after = ({entry[key] for entry in properties.get(property_name) or []} for properties in (old, new))
    return sorted(before ^ after)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
