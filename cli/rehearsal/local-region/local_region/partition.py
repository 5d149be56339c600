"""A network partition between regions, as `PUT /_local-region/partition {"peers": [...]}` makes it.

Rows and events no longer cross between this region and the named ones, in either direction, whichever side was told:
what is sent there waits in the outbox, and what comes from there is refused and waits in its sender's. An empty list
heals it, and then everything is sent, in order. A restart heals it too.

Only replication is cut. The region's own HTTP clients notice nothing, nor do those that reach another region through
this process; a deployment still reaches the replicas of its table; and the services that live in one region's process,
Route 53 and CloudFront, stay reachable from all. So does IAM, which each process has for itself.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .gateway import BadRequest, Unavailable


class Cut(Unavailable):
    """There is no way to a region; to a sender that is as if it did not answer."""


class Partition:
    def __init__(self, home: str, regions: Collection[str]) -> None:
        self._home = home
        self._regions = frozenset(regions)
        self._cut: frozenset[str] = frozenset()

    @property
    def peers(self) -> list[str]:
        """The regions that this one is cut off from."""
        return sorted(self._cut)

    def set(self, peers: Any) -> None:
        """Cut these off, and no others. Raises `BadRequest`."""
        if not isinstance(peers, list) or not all(isinstance(peer, str) for peer in peers):
            raise BadRequest('"peers" has to be a list of regions')
        unknown = sorted(set(peers) - self._regions)
        if unknown:
            raise BadRequest(f"{self._home} has no peers {unknown}; it knows {sorted(self._regions)}")
        self._cut = frozenset(peers)

    def check(self, region: str) -> None:
        """Raise `Cut` if nothing passes to and from this region."""
        if region in self._cut:
            raise Cut(f"{self._home} is cut off from {region}")
