"""What DynamoDB and CloudFormation refuse of tables."""

from __future__ import annotations

from typing import Any

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
"""The same page: "You can only create or delete one global secondary index in a single stack operation"."""


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
        raise _refused("add or remove", "replicas", replicas)
    indexes = _changed("GlobalSecondaryIndexes", "IndexName", old, new)
    if len(indexes) > INDEXES_AN_UPDATE:
        raise _refused("create or delete", "global secondary indexes", indexes)


def _refused(verb: str, noun: str, names: list[str]) -> Refusal:
    message = f"Cannot {verb} so many {noun} in a single update: {', '.join(names)}"
    return Refusal("DynamoDb", "ValidationException", message)


def _changed(property_name: str, key: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before, after = ({entry[key] for entry in properties.get(property_name) or []} for properties in (old, new))
    return sorted(before ^ after)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
