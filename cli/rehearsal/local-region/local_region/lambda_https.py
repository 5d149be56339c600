"""HTTPS from Node.js functions to this machine.

MiniStack sends every request for the loopback in plain HTTP, whatever its port, because the response URL of a custom
resource is one of its own. Anything else that listens there, such as an issuer of tokens, is asked as it is named: by
TLS, and only if the function trusts its certificate.
"""

from __future__ import annotations

from .guards import Seam, UnexpectedMiniStack

SCRIPT = Seam("ministack.core.lambda_runtime", "_NODEJS_WORKER_SCRIPT")
SEAMS = (SCRIPT,)

_LOOPBACK = """if (host === "127.0.0.1" || host === "localhost" || host === msHost
        || (advertised && host === advertised)) {"""
_GATEWAY = f"""const toGateway = !options.port || ["443", String(msPort)].includes(String(options.port));
    {_LOOPBACK.replace("if (", "if (toGateway && (").replace(") {", ")) {")}"""


def install() -> None:
    SCRIPT.wrap(_asking_others_as_named)


def _asking_others_as_named(script: str) -> str:
    if _LOOPBACK not in script:
        raise UnexpectedMiniStack("the worker of Node.js functions no longer takes HTTPS to the loopback for HTTP to the gateway")
    return script.replace(_LOOPBACK, _GATEWAY)
