"""The HTTP entrance of the process: its own paths, requests meant for another process, and all else to MiniStack.

A request to a deployed API is neither of the first two, whatever its path and its signature say: see `api_hosts`."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from . import api_hosts
from .global_services import SIGNING_NAMES
from .peers import PeerError, Peers

PREFIX = "/_local-region/"
FORWARD_TIMEOUT_SECONDS = 60

_FORWARDED = b"x-local-region-forwarded"
_CREDENTIAL = re.compile(r"Credential=[^/,]+/\d+/([^/]+)/([^/]+)/")
_HOP_BY_HOP = {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}

Route = Callable[[Any], Awaitable[Any]]


class BadRequest(Exception):
    """The body of a request to one of the paths here makes no sense; the text says why."""


class Unavailable(OSError):
    """This region does not answer the request, as if it could not be reached."""


class Gateway:
    """An ASGI application around MiniStack's."""

    def __init__(
        self, ministack: Any, home: str, global_services_in: str, peers: Peers, routes: dict[tuple[str, str], Route]
    ) -> None:
        self._ministack = ministack
        self._home = home
        self._global_services_in = global_services_in
        self._peers = peers
        self._routes = routes

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http" and not api_hosts.is_api(api_hosts.host_of(scope)):
            if scope["path"].startswith(PREFIX):
                await self._answer(scope, receive, send)
                return
            region = self._meant_for(scope)
            if region != self._home:
                await self._forward(region, scope, receive, send)
                return
        await self._ministack(scope, receive, send)

    def _meant_for(self, scope) -> str:
        """The region whose process serves the request, by its signature."""
        headers = dict(scope["headers"])
        if _FORWARDED in headers:
            return self._home
        signed = _CREDENTIAL.search(headers.get(b"authorization", b"").decode("latin-1"))
        if signed is None and b"X-Amz-Credential" in scope["query_string"]:
            credential = parse_qs(scope["query_string"].decode("latin-1"))["X-Amz-Credential"][0]
            signed = _CREDENTIAL.search(f"Credential={credential}")
        if signed is None:
            return self._home
        region, service = signed.groups()
        if service in SIGNING_NAMES:
            return self._global_services_in
        return region if region in self._peers.regions else self._home

    async def _answer(self, scope, receive, send) -> None:
        route = self._routes.get((scope["method"], scope["path"].removeprefix(PREFIX)))
        if route is None:
            await _respond(send, 404, {"message": "no such path"})
            return
        body = await read_body(receive)
        try:
            status, answer = 200, await route(_decoded(body))
        except BadRequest as error:
            status, answer = 400, {"message": str(error)}
        except Unavailable as error:
            status, answer = 503, {"message": str(error)}
        except Exception as error:
            status, answer = 500, {"message": str(error) or repr(error)}
        await _respond(send, status, answer)

    async def _forward(self, region: str, scope, receive, send) -> None:
        body = await read_body(receive)
        try:
            status, headers, content = await asyncio.to_thread(self._request, region, scope, body)
        except (OSError, http.client.HTTPException, PeerError) as error:
            await _respond(send, 503, {"message": f"{region} does not answer: {error or repr(error)}"})
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _request(self, region: str, scope, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        headers = {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
        connection = http.client.HTTPConnection(self._peers.address(region), timeout=FORWARD_TIMEOUT_SECONDS)
        try:
            connection.request(
                scope["method"],
                f"{path}?{query}" if query and "?" not in path else path,
                body,
                headers | {_FORWARDED.decode(): self._home},
            )
            response = connection.getresponse()
            kept = [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in response.getheaders()
                if name.lower() not in _HOP_BY_HOP
            ]
            return response.status, kept, response.read()
        finally:
            connection.close()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError as error:
        raise BadRequest(f"the body is no JSON: {error}") from error


async def read_body(receive) -> bytes:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


async def _respond(send, status: int, answer: Any) -> None:
    content = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
