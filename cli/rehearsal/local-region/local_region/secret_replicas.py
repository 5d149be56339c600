"""Replicas of the secrets of a template in the processes of other regions.

A replica has the name and the value of its primary, https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html.
MiniStack makes it, within this process. What `PutSecretValue` and a rotation change later, stays here.
"""

from __future__ import annotations

from typing import Any

from . import cloudformation, scope
from .cloudformation import Properties, Provisioned
from .guards import Seam
from .peers import Peers

_SERVICE = "ministack.services.secretsmanager"
SECRETS = Seam(_SERVICE, "_secrets")
PURGE = Seam(_SERVICE, "_purge_secret", "(key, secret)")
SEAMS = (SECRETS, PURGE)

TYPE = "AWS::SecretsManager::Secret"
ROUTE = "secret-replicas"


class SecretReplicas:
    def __init__(self, home: str, peers: Peers) -> None:
        self._home = home
        self._peers = peers

    def install(self) -> None:
        handler = cloudformation.HANDLERS.get()[TYPE]
        create, update, delete = handler["create"], handler["update"], handler["delete"]

        def created(logical_id: str, properties: Properties, stack: str) -> Provisioned:
            return self._replicated(create(logical_id, properties, stack), properties)

        def updated(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
            return self._replicated(update(physical_id, old, new, stack, logical_id), new)

        def deleted(physical_id: str, properties: Properties) -> None:
            for region in self._regions(properties):
                self._send(region, physical_id, None)
            delete(physical_id, properties)

        handler.update({"create": created, "update": updated, "update_with_logical_id": True, "delete": deleted})
        cloudformation.run_on_worker_thread(TYPE)

    def receive(self, request: dict[str, Any]) -> None:
        """In the region of the replica."""
        secrets, name = SECRETS.get(), request["name"]
        if request["secret"] is not None:
            secrets[name] = request["secret"]
        elif name in secrets:
            PURGE.get()(name, secrets[name])

    def _replicated(self, provisioned: Provisioned, properties: Properties) -> Provisioned:
        name = provisioned[0]
        # The value may be another one since the regions were named, so all get it.
        for region in self._regions(properties):
            primary = SECRETS.get()[name]
            replica = primary | {
                "ARN": primary["ARN"].replace(f":{self._home}:", f":{region}:"),
                "ReplicationStatus": [],
                "_PrimarySecretArn": primary["ARN"],
                "_PrimaryRegion": self._home,
            }
            self._send(region, name, replica)
        return provisioned

    def _regions(self, properties: Properties) -> list[str]:
        """Those that are rehearsed."""
        named = [replica["Region"] for replica in properties.get("ReplicaRegions") or []]
        return [region for region in named if region in self._peers.regions]

    def _send(self, region: str, name: str, secret: dict[str, Any] | None) -> None:
        request = {"account": scope.account(), "name": name, "secret": secret}
        self._peers.call(region, f"/_local-region/{ROUTE}", request)
