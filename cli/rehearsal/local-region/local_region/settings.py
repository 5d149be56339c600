"""What one local region is started with, and the environment that MiniStack reads when it is imported."""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import durations as durations_file
from .durations import Durations

HOST = "127.0.0.1"
"""The only address anything here listens on."""


@dataclass(frozen=True)
class Settings:
    region: str
    port: int
    state_dir: Path
    account: str
    """The account that everybody is in."""
    peers: Mapping[str, str]
    """The other regions by name, with the base URL of the process of each."""
    global_services_in: str
    """The region whose process owns the services that AWS has once a partition, such as Route 53."""
    hosted_zones: Mapping[str, str]
    """The Route 53 hosted zones that are there before anything is deployed, ids by name."""
    replication_lag: float
    """Seconds that a message to another region waits before its first delivery."""
    time_scale: float
    """By how much the declared durations are divided, and with them the periods of alarms."""
    deployment_time_scale: float
    """Of CodeDeploy's intervals: one alias of a stack shifts after the other here, all at once on AWS."""
    exit_with_parent: bool
    seed: int
    """Decides in which of the possible orders the resources of a stack are made, see `creation_order`."""
    permissions: bool = True
    """Whether IAM is enforced, see `permissions`."""
    durations: Durations | None = None
    """What is scaled; without it, nothing is but the intervals of CodeDeploy."""

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"


def parse(arguments: list[str] | None = None) -> Settings:
    parser = argparse.ArgumentParser(prog="local_region", description="Run one local AWS region.")
    parser.add_argument("--region", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--account", default="000000000000", type=_account, metavar="ID")
    parser.add_argument("--state", required=True, type=Path, metavar="DIR")
    parser.add_argument("--peer", action="append", default=[], type=_peer, metavar="REGION=URL")
    parser.add_argument("--global-services-in", metavar="REGION", help="default: this region")
    parser.add_argument("--hosted-zone", action="append", default=[], type=_hosted_zone, metavar="NAME=ID")
    parser.add_argument("--replication-lag", type=float, default=0.2, metavar="SECONDS")
    parser.add_argument("--time-scale", type=_scale, default=1.0, metavar="N")
    parser.add_argument("--deployment-time-scale", type=_scale, metavar="N", help="default: the time scale")
    parser.add_argument("--durations", type=_durations, metavar="FILE", help="what the time scale applies to, as JSON")
    parser.add_argument("--seed", type=int, metavar="N", help="default: another one at each start")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input ends")
    parser.add_argument("--without-permissions", action="store_true", help="let everyone do everything")
    options = parser.parse_args(arguments)

    peers = dict(options.peer)
    if options.region in peers:
        parser.error(f"--peer {options.region} is this region itself")
    owner = options.global_services_in or options.region
    if owner != options.region and owner not in peers:
        parser.error(f"--global-services-in {owner} is neither this region nor a --peer")
    return Settings(
        region=options.region,
        port=options.port,
        state_dir=options.state.resolve(),
        account=options.account,
        peers=peers,
        global_services_in=owner,
        hosted_zones=dict(options.hosted_zone),
        replication_lag=options.replication_lag,
        time_scale=options.time_scale,
        deployment_time_scale=options.deployment_time_scale or options.time_scale,
        exit_with_parent=options.exit_with_parent,
        seed=random.randrange(2**32) if options.seed is None else options.seed,
        permissions=not options.without_permissions,
        durations=options.durations,
    )


def environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the process, and so of its Lambda functions.

    Nothing AWS of the caller's shell survives: a function must never see real credentials or a profile.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "MINISTACK_"))}
    state = settings.state_dir
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MINISTACK_REGION": settings.region,
        "MINISTACK_ACCOUNT_ID": settings.account,
        "MINISTACK_HOST": HOST,
        "BIND_HOST": HOST,
        "AUTH": "true" if settings.permissions else "false",
        "GATEWAY_PORT": str(settings.port),
        # These two would open ports of their own, on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # MiniStack removes containers labelled as its own when it starts: leave the host's Docker alone.
        "DOCKER_HOST": f"unix://{state / 'no-docker.sock'}",
        "LAMBDA_EXECUTOR": "local",
        # Of the processes that a burst of invocations leaves behind only one a function is kept.
        "LAMBDA_WARM_TTL_SECONDS": "20",
        "TMPDIR": str(state / "tmp"),
        "STATE_DIR": str(state / "ministack"),
        "S3_DATA_DIR": str(state / "s3"),
        "LOG_LEVEL": inherited.get("LOG_LEVEL", "INFO"),
    }


def _account(text: str) -> str:
    if not (len(text) == 12 and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not an account id of 12 digits")
    return text


def _scale(text: str) -> float:
    scale = float(text)
    if not 1 <= scale <= 60:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 60")
    return scale


def _durations(text: str) -> Durations:
    try:
        return durations_file.read(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _peer(text: str) -> tuple[str, str]:
    region, separator, url = text.partition("=")
    if not (separator and region and url.startswith(f"http://{HOST}:")):
        raise argparse.ArgumentTypeError(f"{text!r} is not REGION=http://{HOST}:PORT")
    return region, url.rstrip("/")


def _hosted_zone(text: str) -> tuple[str, str]:
    name, separator, identifier = text.partition("=")
    if not (separator and name and identifier.startswith("Z")):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=ID")
    return name, identifier
