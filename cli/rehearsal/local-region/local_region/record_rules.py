"""What Route 53 refuses of a change of records (`InvalidChangeBatch`).

A change is applied, the zone is looked at, and the change is taken back when one of its records is not allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from . import cloudformation
from .global_services import RECORDS
from .guards import Seam
from .refusals import Refusal

_ROUTE53 = "ministack.services.route53"
CHANGE = Seam(_ROUTE53, "_change_resource_record_sets", "(zone_id, body)")
ERROR_RESPONSE = Seam(_ROUTE53, "_error_response", "(code, message, status=400)")
ZONE_OF = Seam("ministack.services.cloudformation.provisioners", "_r53_resolve_hosted_zone_id", "(props)")
SEAMS = (CHANGE, ERROR_RESPONSE, ZONE_OF)

TYPE = "AWS::Route53::RecordSet"
CODE = "InvalidChangeBatch"

Record = dict[str, Any]

_changing = Lock()

_POLICIES = {
    "Weight": "weighted",
    "Region": "latency",
    "Failover": "failover",
    "GeoLocation": "geolocation",
    "GeoProximityLocation": "geoproximity",
    "CidrRoutingConfig": "IP-based",
    "MultiValueAnswer": "multivalue answer",
}


def install() -> None:
    CHANGE.wrap(_refusing)
    handler = cloudformation.HANDLERS.get()[TYPE]
    handler["create"] = _refusing_in_templates(handler["create"], position_of_properties=1)
    handler["update"] = _refusing_in_templates(handler["update"], position_of_properties=2)


def refusals(zone: str, before: list[Record], after: list[Record]) -> list[str]:
    """Why the zone cannot become so: only what is new in it is judged."""
    kept = list(before)
    found = []
    for record in after:
        if record in kept:
            kept.remove(record)
        else:
            others = [other for other in after if other is not record]
            found += filter(None, [_alias_refusal(zone, record, others), _policy_refusal(record, others)])
    return found


def _alias_refusal(zone: str, record: Record, others: list[Record]) -> str | None:
    """An alias within the zone needs its target: the words are those of
    https://github.com/devopsacademyau/academy (class 3, exercise aws03)."""
    target = record.get("AliasTarget")
    if not target or target.get("HostedZoneId", "").removeprefix("/hostedzone/") != zone:
        return None
    name = _dotted(target["DNSName"])
    if any(_dotted(other["Name"]) == name and other["Type"] == record["Type"] for other in others):
        return None
    return (
        f"Tried to create an alias that targets {name}, type {record['Type']} in zone {zone}, "
        "but that target was not found"
    )


def _policy_refusal(record: Record, others: list[Record]) -> str | None:
    """All records of a name and type have one policy.

    Weighted: https://github.com/kubernetes-sigs/external-dns/issues/4345. Multivalue answer:
    https://github.com/cert-manager/cert-manager/issues/5388. Simple beside others:
    https://github.com/chef-boneyard/route53/issues/100. A region twice:
    https://github.com/hashicorp/terraform-provider-aws/issues/1668. For the other policies the words are taken to be
    those for weighted records.
    """
    alike = [other for other in others if _name_and_type(other) == _name_and_type(record)]
    subject = f"RRSet with DNS name {_dotted(record['Name'])}, type {record['Type']}"
    policy = _policy(record)
    if policy is None:
        return f"{subject} cannot be created as other RRSets exist with the same name and type." if alike else None
    subject += f", SetIdentifier {record.get('SetIdentifier', '')}"
    if any(_policy(other) != policy for other in alike):
        if policy == "multivalue answer":
            return f"{subject} cannot be created because a non {policy} rrset exists with the same name and type."
        return f"{subject} cannot be created as a non-{policy} set exists with the same name and type."
    if policy == "latency" and any(other["Region"] == record["Region"] for other in alike):
        return (
            f"{subject}, and Region Name={record['Region']} cannot be created because a latency RRSet with the same "
            "name, type and region already exists."
        )
    return None


def _policy(record: Record) -> str | None:
    return next((policy for member, policy in _POLICIES.items() if record.get(member) not in (None, False)), None)


def _name_and_type(record: Record) -> tuple[str, str]:
    return _dotted(record["Name"]), record["Type"]


def _dotted(name: str) -> str:
    return name.lower().rstrip(".") + "."


def _unless_refused(zone_id: str, change: Callable[[], Any]) -> tuple[Any, str | None]:
    with _changing:
        before = list(RECORDS.get().get(zone_id, []))
        answer = change()
        found = refusals(zone_id, before, RECORDS.get().get(zone_id, []))
        if found:
            RECORDS.get()[zone_id] = before
        return answer, f"[{', '.join(found)}]" if found else None


def _refusing(change):
    def change_resource_record_sets(zone_id, body):
        answer, reason = _unless_refused(zone_id, lambda: change(zone_id, body))
        return ERROR_RESPONSE.get()(CODE, reason) if reason else answer

    return change_resource_record_sets


def _refusing_in_templates(operation, position_of_properties: int):
    def provision(*arguments):
        zone_id = ZONE_OF.get()(arguments[position_of_properties])
        provisioned, reason = _unless_refused(zone_id, lambda: operation(*arguments))
        if reason:
            raise Refusal("Route53", CODE, reason)
        return provisioned

    return provision
