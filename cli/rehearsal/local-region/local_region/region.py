"""Put the parts of a local region together, and serve."""

from __future__ import annotations

import asyncio
import math
import os
import resource
import signal
import sys
import threading
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from . import (
    accepted_types,
    alarm_evaluation,
    alarm_limits,
    alias_deployments,
    alias_routing,
    api_hosts,
    api_models,
    api_resources,
    api_snapshots,
    alarm_permissions,
    api_permissions,
    async_invocations,
    aws_api,
    bus_deletion,
    bus_targets,
    cloudformation,
    cloudformation_events,
    code_deploy,
    code_deploy_api,
    creation_order,
    custom_resources,
    default_endpoints,
    deployment_faults,
    event_buses,
    event_faults,
    event_loop,
    global_services,
    global_tables,
    guards,
    iam_requests,
    imports,
    insights,
    lambda_concurrency,
    lambda_errors,
    lambda_logs,
    lambda_metrics,
    mapping_permissions,
    message_moves,
    metric_math_alarms,
    name_lengths,
    permission_ledger,
    permissions,
    pipes,
    queues,
    record_rules,
    recorded_types,
    refusals,
    request_validators,
    reserved_concurrency,
    resource_policies,
    rule_permissions,
    schedules,
    scope,
    stack_operations,
    stack_states,
    state_machines,
    table_refusals,
    taken_names,
    time_scale,
    time_to_live,
    tracing_permission,
    unchanged_versions,
    visibility_timeouts,
    workflow_permissions,
    workflow_versions,
)
from .database import Database
from .gateway import BadRequest, Gateway
from .guards import Seam
from .inbox import Inbox
from .messages import Message, Outcome
from .outbox import Outbox, Sender
from .partition import Partition
from .peers import Peers
from .row_clock import RowClock
from .settings import HOST, Settings

APP = Seam("ministack.app", "app", "(scope, receive, send)")
LAMBDA_WORKERS = Seam("ministack.core.lambda_runtime", "_workers")

SEAMS = (
    APP,
    LAMBDA_WORKERS,
    *scope.SEAMS,
    *aws_api.SEAMS,
    *event_loop.SEAMS,
    *queues.SEAMS,
    *message_moves.SEAMS,
    *pipes.SEAMS,
    *async_invocations.SEAMS,
    *cloudformation.SEAMS,
    *cloudformation_events.SEAMS,
    *stack_operations.SEAMS,
    *creation_order.SEAMS,
    *deployment_faults.SEAMS,
    *stack_states.SEAMS,
    *imports.SEAMS,
    *bus_deletion.SEAMS,
    *custom_resources.SEAMS,
    *schedules.SEAMS,
    *event_buses.SEAMS,
    *global_tables.SEAMS,
    *time_to_live.SEAMS,
    *state_machines.SEAMS,
    *lambda_errors.SEAMS,
    *lambda_concurrency.SEAMS,
    *lambda_metrics.SEAMS,
    *reserved_concurrency.SEAMS,
    *alias_routing.SEAMS,
    *alias_deployments.SEAMS,
    *code_deploy.SEAMS,
    *code_deploy_api.SEAMS,
    *alarm_evaluation.SEAMS,
    *recorded_types.SEAMS,
    *request_validators.SEAMS,
    *metric_math_alarms.SEAMS,
    *insights.SEAMS,
    *global_services.SEAMS,
    *record_rules.SEAMS,
    *alarm_limits.SEAMS,
    *api_hosts.SEAMS,
    *default_endpoints.SEAMS,
    *api_models.SEAMS,
    *api_resources.SEAMS,
    *api_snapshots.SEAMS,
    *refusals.SEAMS,
    *bus_targets.SEAMS,
    *resource_policies.SEAMS,
    *tracing_permission.SEAMS,
    *visibility_timeouts.SEAMS,
    *permissions.SEAMS,
    *permission_ledger.SEAMS,
    *iam_requests.SEAMS,
    *rule_permissions.SEAMS,
    *workflow_permissions.SEAMS,
    *workflow_versions.SEAMS,
    *alarm_permissions.SEAMS,
    *api_permissions.SEAMS,
    *mapping_permissions.SEAMS,
    *table_refusals.SEAMS,
    *taken_names.SEAMS,
    *unchanged_versions.SEAMS,
)

NEW_TYPES = (
    *cloudformation_events.TYPES,
    *state_machines.TYPES,
    *recorded_types.TYPES,
    *accepted_types.TYPES,
    *code_deploy.TYPES,
)


class Region:
    """What a local region adds to MiniStack, and the HTTP entrance in front of both."""

    def __init__(self, settings: Settings) -> None:
        guards.check(SEAMS)
        home, peers = settings.region, Peers(settings.peers)
        database = Database(settings.state_dir / "messages.sqlite")
        clock = RowClock(database, home)
        self._home = home
        self._peers = peers
        self._partition = Partition(home, peers.regions)
        self._outbox = Outbox(database, home, settings.replication_lag)
        self._buses = event_buses.EventBuses(home, peers, self._outbox)
        self._bus_targets = bus_targets.BusTargets(home, peers)
        self._tables = global_tables.GlobalTables(home, peers, self._outbox, clock, database)
        self._creation_order = creation_order.CreationOrder(home, settings.seed)
        self._deployment_faults = deployment_faults.DeploymentFaults()
        self._event_faults = event_faults.EventFaults()
        self._time_to_live = time_to_live.TimeToLive(self._tables.wrote_last)
        self._alarms = alarm_evaluation.AlarmEvaluation(settings.time_scale)
        self._inbox = Inbox(
            database,
            {event_buses.MESSAGE_KIND: self._buses.receive, global_tables.MESSAGE_KIND: self._tables.receive},
        )
        self._senders = {peer: Sender(self._outbox, peer, self._deliver, self._rejected) for peer in peers.regions}
        self.gateway = Gateway(
            self._event_faults.around(APP.get()),
            home,
            settings.global_services_in,
            peers,
            {
                ("GET", "status"): self._status,
                ("GET", "permissions"): self._permissions,
                ("PUT", "replication-lag"): self._set_replication_lag,
                ("PUT", "partition"): self._set_partition,
                ("PUT", deployment_faults.ROUTE): self._set_deployment_faults,
                ("PUT", event_faults.ROUTE): self._set_event_faults,
                ("POST", bus_targets.ROUTE): self._bus_targets.answer_peer,
                ("POST", "messages"): self._receive,
                ("POST", "replica-tables"): self._handle_replica_request,
                ("POST", "global-resources"): self._provision_global_resource,
            },
        )
        self._extend_ministack(settings, peers)

    def start(self) -> None:
        self._time_to_live.start()
        self._alarms.start()
        for sender in self._senders.values():
            sender.start()

    def _extend_ministack(self, settings: Settings, peers: Peers) -> None:
        queues.install()
        message_moves.MessageMoves().install()
        pipes.Pipes(self._event_faults.pipes_stand_still).install()
        async_invocations.install()
        alias_routing.install()
        schedules.install()
        time_scale.install(settings.time_scale)
        self._buses.install()
        self._bus_targets.install()
        self._tables.install()
        table_refusals.install()
        self._time_to_live.install()
        stack_operations.install()
        self._creation_order.install()
        self._deployment_faults.install()
        stack_states.install()
        custom_resources.install()
        state_machines.install()
        lambda_errors.install()
        lambda_logs.install()
        lambda_metrics.install()
        lambda_concurrency.install()
        reserved_concurrency.install()
        request_validators.install()
        api_hosts.install()
        default_endpoints.install()
        api_models.install()
        api_resources.install()
        api_snapshots.Snapshots().install()
        resource_policies.install()
        tracing_permission.install()
        visibility_timeouts.install()
        unchanged_versions.install()
        alias_deployments.AliasDeployments(settings.deployment_time_scale).install()
        code_deploy_api.install()
        metric_math_alarms.install()
        alarm_limits.install()
        self._alarms.install()
        record_rules.install()
        insights.install()
        iam_requests.install()
        rule_permissions.install(self._buses.send_to_dead_letters)
        workflow_permissions.install()
        workflow_versions.install()
        alarm_permissions.install()
        api_permissions.install()
        mapping_permissions.install()
        cloudformation.install(NEW_TYPES)
        cloudformation_events.install()
        taken_names.install()
        name_lengths.install()
        imports.install()
        bus_deletion.install()
        if settings.global_services_in != settings.region:
            global_services.install(settings.global_services_in, peers)
        else:
            global_services.add_hosted_zones(settings.hosted_zones)

    def _deliver(self, peer: str, messages: list[Message]) -> list[tuple[Outcome, str]]:
        self._partition.check(peer)
        return self._peers.deliver(peer, messages)

    def _rejected(self, peer: str, message: Message, reason: str) -> None:
        if message.kind == event_buses.MESSAGE_KIND:
            with scope.within(message.account, self._home):
                self._buses.rejected(peer, message, reason)

    async def _status(self, _: Any) -> Any:
        return {
            "region": self._home,
            "seed": self._creation_order.seed,
            "replication-lag": {"seconds": self._outbox.lag},
            "partition": {"peers": self._partition.peers},
            deployment_faults.ROUTE: {"faults": self._deployment_faults.to_come},
            event_faults.ROUTE: self._event_faults.now,
            "peers": {
                peer: {
                    "queued": self._outbox.queued(peer),
                    "sent": sender.counters.sent,
                    "retries": sender.counters.retries,
                }
                for peer, sender in self._senders.items()
            },
            "received": self._inbox.received,
            "duplicates": self._inbox.duplicates,
            "stale": self._tables.stale,
        }

    async def _permissions(self, _: Any) -> Any:
        return permissions.ledger.report(scope.account())

    async def _set_replication_lag(self, body: Any) -> Any:
        seconds = body.get("seconds") if isinstance(body, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < math.inf:
            raise BadRequest('"seconds" has to be a number, zero or more')
        self._outbox.lag = float(seconds)
        return {"seconds": self._outbox.lag}

    async def _set_partition(self, body: Any) -> Any:
        self._partition.set(body.get("peers") if isinstance(body, dict) else None)
        return {"peers": self._partition.peers}

    async def _set_deployment_faults(self, body: Any) -> Any:
        self._deployment_faults.set(body.get("faults") if isinstance(body, dict) else None)
        return {"faults": self._deployment_faults.to_come}

    async def _set_event_faults(self, body: Any) -> Any:
        self._event_faults.set(body)
        return self._event_faults.now

    async def _receive(self, body: Any) -> Any:
        answers = []
        for message in map(Message.from_json, body):
            self._partition.check(message.origin)
            with scope.within(message.account, self._home):
                outcome, reason = self._inbox.receive(message)
            answers.append((outcome.value, reason))
            # A long batch must not keep clients waiting.
            await asyncio.sleep(0)
        return answers

    async def _handle_replica_request(self, body: Any) -> Any:
        with scope.within(body["account"], self._home):
            self._tables.handle_replica_request(body)
        return {}

    async def _provision_global_resource(self, body: Any) -> Any:
        with scope.within(body["account"], self._home):
            # Not on the event loop: a resource type may call a service of this process, which runs there.
            return await asyncio.to_thread(global_services.handle_provision_request, body)


def run(settings: Settings) -> None:
    """Serve until SIGTERM, SIGINT or, if so told, the end of standard input."""
    region = Region(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
    if settings.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, name="parent-watch", daemon=True).start()
    _raise_file_limit()
    region.start()

    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    # With a trigger of ours, though it never fires, hypercorn leaves the signals alone.
    asyncio.run(serve(region.gateway, config, shutdown_trigger=_never))


def stop() -> None:
    """End at once, with all Lambda functions. What must last is in SQLite already; MiniStack's memory goes anyway."""
    workers = [worker for pool in list(LAMBDA_WORKERS.get().values()) for worker in pool]
    functions = [worker._proc for worker in workers if worker._proc is not None]
    for function in functions:
        function.kill()
    for function in functions:
        function.wait()
    os._exit(0)


async def _never() -> None:
    await asyncio.Event().wait()


def _stop_at_end_of_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop()


def _raise_file_limit() -> None:
    """A burst of connections takes more files than the usual limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
