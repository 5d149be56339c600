"""HTTP to the processes of the other regions."""

from __future__ import annotations

import http.client
import json
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
        """Send a batch. Raises OSError while the region does not answer."""
        batch = [message.to_json() for message in messages]
        answers = self._post(region, MESSAGES_PATH, batch, DELIVERY_TIMEOUT_SECONDS)
        return [(Outcome(outcome), reason) for outcome, reason in answers]

    def call(self, region: str, path: str, body: dict[str, Any]) -> Any:
        """Ask a region for something a deployment waits for, and fail the deployment when it does not do it."""
        try:
            return self._post(region, path, body, CALL_TIMEOUT_SECONDS)
        except OSError as error:
            raise PeerError(f"{region} does not answer: {error}") from error

    def _post(self, region: str, path: str, body: Any, timeout: float) -> Any:
        connection = http.client.HTTPConnection(self.address(region), timeout=timeout)
        try:
            connection.request("POST", path, json.dumps(body).encode(), {"content-type": "application/json"})
            response = connection.getresponse()
            status, content = response.status, response.read()
        except http.client.HTTPException as error:
            raise OSError(repr(error)) from error
        finally:
            connection.close()
        if status == 503:
            raise OSError(content.decode(errors="replace"))
        if status != 200:
            raise PeerError(f"{region}: {content.decode(errors='replace')}")
        return json.loads(content)
