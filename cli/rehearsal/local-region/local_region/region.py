"""Put the parts of a local region together."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from . import (
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
    authorizer_context,
    bus_deletion,
    bus_targets,
    cloudformation,
    cloudformation_events,
    code_deploy_api,
    creation_order,
    custom_resources,
    default_endpoints,
    deployment_faults,
    durable_state,
    event_buses,
    global_services,
    global_tables,
    guards,
    iam_requests,
    imports,
    insights,
    lambda_concurrency,
    lambda_errors,
    lambda_https,
    lambda_logs,
    lambda_metrics,
    lambda_runtimes,
    mapping_permissions,
    message_moves,
    metric_math_alarms,
    name_lengths,
    permissions,
    pipes,
    queues,
    record_rules,
    request_validators,
    reserved_concurrency,
    resource_policies,
    resumption,
    rule_permissions,
    schedules,
    scope,
    secret_replicas,
    service_faults,
    skipped_resources,
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
    vitals,
    workflow_permissions,
    workflow_resumption,
    workflow_versions,
)
from .database import Database
from .durable_stores import BUSY
from .durations import Durations
from .gateway import BadRequest, Gateway
from .inbox import Inbox
from .messages import Message, Outcome
from .outbox import Outbox, Sender
from .partition import Partition
from .peers import Peers
from .row_clock import RowClock
from .seams import APP, NEW_TYPES, SEAMS
from .settings import Settings


class Region:
    """What a local region adds to MiniStack, and the HTTP entrance in front of both."""

    def __init__(self, settings: Settings) -> None:
        guards.check(SEAMS)
        home, peers = settings.region, Peers(settings.peers)
        database = Database(settings.state_dir / "messages.sqlite")
        clock = RowClock(database, home)
        self._home = home
        self._port = settings.port
        self._database = database
        self._durable = durable_state.DurableState(database)
        self._accepted = async_invocations.Accepted(database)
        self._peers = peers
        self._partition = Partition(home, peers.regions)
        self._outbox = Outbox(database, home, settings.replication_lag)
        self._vitals = vitals.Vitals(self._outbox)
        self._buses = event_buses.EventBuses(home, peers, self._outbox)
        self._bus_targets = bus_targets.BusTargets(home, peers)
        self._tables = global_tables.GlobalTables(home, peers, self._outbox, clock, database)
        self._secret_replicas = secret_replicas.SecretReplicas(home, peers)
        self._creation_order = creation_order.CreationOrder(home, settings.seed)
        self._deployment_faults = deployment_faults.DeploymentFaults()
        self._service_faults = service_faults.ServiceFaults(settings.seed)
        self._skipped = skipped_resources.SkippedResources(database)
        self._time_to_live = time_to_live.TimeToLive(self._tables.wrote_last, self._durable.in_one_transaction)
        self._alarms = alarm_evaluation.AlarmEvaluation(settings.time_scale if settings.durations else 1)
        self._inbox = Inbox(
            database,
            {event_buses.MESSAGE_KIND: self._buses.receive, global_tables.MESSAGE_KIND: self._tables.receive},
        )
        self._senders = {peer: Sender(self._outbox, peer, self._deliver, self._rejected) for peer in peers.regions}
        self.gateway = Gateway(
            self._durable.around(self._service_faults.around(APP.get())),
            home,
            settings.global_services_in,
            peers,
            {
                ("GET", "status"): self._status,
                ("GET", vitals.ROUTE): self._vitals_now,
                ("GET", "permissions"): self._permissions,
                ("GET", skipped_resources.ROUTE): self._skipped_resources,
                ("PUT", "replication-lag"): self._set_replication_lag,
                ("PUT", "partition"): self._set_partition,
                ("PUT", deployment_faults.ROUTE): self._set_deployment_faults,
                ("PUT", service_faults.ROUTE): self._set_service_faults,
                ("POST", bus_targets.ROUTE): self._bus_targets.answer_peer,
                ("POST", "messages"): self._receive,
                ("POST", "replica-tables"): self._handle_replica_request,
                ("POST", secret_replicas.ROUTE): self._receive_secret,
                ("POST", "global-resources"): self._provision_global_resource,
            },
        )
        self._extend_ministack(settings, peers)
        self._was_there = self._durable.restore()

    def start(self) -> None:
        if self._was_there:
            resumption.start(self._port, self._accepted)
        self._time_to_live.start()
        self._alarms.start()
        for sender in self._senders.values():
            sender.start()

    async def keep_writing(self) -> None:
        await self._durable.keep_writing()

    def _extend_ministack(self, settings: Settings, peers: Peers) -> None:
        queues.install()
        message_moves.MessageMoves().install()
        pipes.Pipes().install()
        async_invocations.install(self._accepted)
        alias_routing.install()
        schedules.install()
        time_scale.TimeScale(settings.time_scale, settings.durations or Durations()).install()
        self._buses.install()
        self._bus_targets.install()
        self._tables.install()
        self._secret_replicas.install()
        table_refusals.install()
        self._time_to_live.install()
        stack_operations.install()
        self._creation_order.install()
        self._deployment_faults.install()
        stack_states.install()
        custom_resources.install()
        state_machines.install(self._durable.in_one_transaction)
        lambda_errors.install()
        lambda_runtimes.install()
        lambda_https.install()
        lambda_logs.install()
        self._vitals.install()
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
        workflow_resumption.install()
        alarm_permissions.install()
        api_permissions.install()
        authorizer_context.install()
        mapping_permissions.install()
        cloudformation.install(NEW_TYPES)
        self._skipped.install()
        cloudformation_events.install()
        taken_names.install()
        name_lengths.install()
        imports.install()
        bus_deletion.install()
        self._durable.install()
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
            service_faults.ROUTE: {"faults": self._service_faults.now},
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

    async def _vitals_now(self, _: Any) -> Any:
        return self._vitals.now(self._peers.regions)

    async def _permissions(self, _: Any) -> Any:
        return permissions.ledger.report(scope.account())

    async def _skipped_resources(self, _: Any) -> Any:
        return {"resources": self._skipped.all}

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

    async def _set_service_faults(self, body: Any) -> Any:
        self._service_faults.set(body.get("faults") if isinstance(body, dict) else None)
        return {"faults": self._service_faults.now}

    async def _receive(self, body: Any) -> Any:
        answers = []
        for message in map(Message.from_json, body):
            self._partition.check(message.origin)
            # What it brought is kept together with the knowledge that it came.
            with scope.within(message.account, self._home), self._database.transaction():
                outcome, reason = self._inbox.receive(message)
                self._durable.write(*BUSY)
            answers.append((outcome.value, reason))
            # A long batch must not keep clients waiting.
            await asyncio.sleep(0)
        return answers

    async def _handle_replica_request(self, body: Any) -> Any:
        with scope.within(body["account"], self._home):
            self._tables.handle_replica_request(body)
        self._durable.write()
        return {}

    async def _receive_secret(self, body: Any) -> Any:
        with scope.within(body["account"], self._home):
            self._secret_replicas.receive(body)
        self._durable.write()
        return {}

    async def _provision_global_resource(self, body: Any) -> Any:
        with scope.within(body["account"], self._home):
            # Not on the event loop: a resource type may call a service of this process, which runs there.
            answer = await asyncio.to_thread(global_services.handle_provision_request, body)
        self._durable.write()
        return answer
