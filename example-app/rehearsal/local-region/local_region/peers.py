"""HTTP to the processes of the other regions."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .messages import Message, Outcome

MESSAGES_PATH = "/_local-region/messages"
DELIVERY_TIMEOUT_SECONDS = 3
CALL_TIMEOUT_SECONDS = 15


class PeerError(Exception):
    """Another region refused, failed or did not answer what a deployment asked of it."""


class Peers:
    def __init__(self, urls: Mapping[str, str]) -> None:
        self._addresses = {region: urlsplit(url).netloc for region, url in urls.items()}
        self._connections = threading.local()

    @property
    def regions(self) -> list[str]:
        return list(self._addresses)

    def address(self, region: str) -> str:
        """Host and port of a region's process."""
        try:
            return self._addresses[region]
        except KeyError:
            raise PeerError(f"this local region has no peer {region}; it knows {sorted(self._addresses)}") from None

    def deliver(self, region: str, messages: list[Message]) -> list[tuple[Outcome, str]]:
        """Send a batch over the connection that this thread keeps open to the region."""
        connection = getattr(self._connections, region, None)
        if connection is None:
            connection = http.client.HTTPConnection(self.address(region), timeout=DELIVERY_TIMEOUT_SECONDS)
            setattr(self._connections, region, connection)
        try:
            answers = _post(connection, MESSAGES_PATH, [message.to_json() for message in messages])
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise OSError(str(error) or repr(error)) from error
        return [(Outcome(outcome), reason) for outcome, reason in answers]

    def call(self, region: str, path: str, body: dict[str, Any]) -> Any:
        """Ask a region for something a deployment waits for, and fail the deployment when it does not do it."""
        connection = http.client.HTTPConnection(self.address(region), timeout=CALL_TIMEOUT_SECONDS)
        try:
            return _post(connection, path, body)
        except (OSError, http.client.HTTPException) as error:
            raise PeerError(f"{region} does not answer: {error or repr(error)}") from error
        finally:
            connection.close()


class _Refused(http.client.HTTPException):
    """An answer other than 200."""


def _post(connection: http.client.HTTPConnection, path: str, body: Any) -> Any:
    connection.request("POST", path, json.dumps(body).encode(), {"content-type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise _Refused(content.decode(errors="replace"))
    return json.loads(content)
