"""One owner for the services that AWS has once a partition: Route 53 and CloudFront.

Each MiniStack process has its own. Here one process owns them, and the others send it their clients and what their
stacks declare. IAM stays in each process: a lost region must not keep another from deploying, and a role of one
region is not known in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import cloudformation, scope
from .guards import Seam
from .peers import Peers

HOSTED_ZONES = Seam("ministack.services.route53", "_zones")
RECORDS = Seam("ministack.services.route53", "_records")
DEFAULT_RECORDS = Seam("ministack.services.route53", "_default_records", "(zone_name)")
SEAMS = (HOSTED_ZONES, RECORDS, DEFAULT_RECORDS)

SIGNING_NAMES = frozenset({"route53", "cloudfront"})
TYPE_PREFIXES = ("AWS::Route53::", "AWS::CloudFront::")
PROVISION_PATH = "/_local-region/global-resources"


def install(owner: str, peers: Peers) -> None:
    """Make this process's stacks declare their global resources in the owner's process."""
    for name, handler in cloudformation.HANDLERS.get().items():
        if name.startswith(TYPE_PREFIXES):
            for operation in ("create", "update", "delete"):
                if operation in handler:
                    handler[operation] = _elsewhere(owner, peers, name, operation)
            cloudformation.run_on_worker_thread(name)


def handle_provision_request(request: dict[str, Any]) -> Any:
    """In the owner: create, update or delete what another region's stack declares."""
    handler = cloudformation.HANDLERS.get()[request["type"]]
    return handler[request["operation"]](*request["arguments"])


def add_hosted_zones(zones: Mapping[str, str]) -> None:
    """In the owner: make hosted zones, ids by name. Route 53's API chooses ids itself, and an app is synthesized with
    the id of its zone before any region runs."""
    for name, identifier in zones.items():
        HOSTED_ZONES.get()[identifier] = {
            "id": identifier,
            "name": f"{name}.",
            "caller_reference": identifier,
            "comment": "",
            "private": False,
            "vpcs": [],
        }
        RECORDS.get()[identifier] = DEFAULT_RECORDS.get()(f"{name}.")


def _elsewhere(owner: str, peers: Peers, name: str, operation: str):
    def provision(*arguments):
        request = {"account": scope.account(), "type": name, "operation": operation, "arguments": list(arguments)}
        answer = peers.call(owner, PROVISION_PATH, request)
        return tuple(answer) if isinstance(answer, list) else answer

    return provision
