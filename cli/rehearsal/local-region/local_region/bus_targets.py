"""The event buses that a rule may have as targets.

EventBridge looks at the policy of the bus when the target is put: a bus of another region or account has to admit the
caller's account, or PutTargets answers AccessDeniedException:
https://github.com/ministryofjustice/modernisation-platform-environments/pull/19002
https://github.com/aws/aws-cdk/pull/3323
Within a region and account the role of the target is enough, unless the policy denies it. A bus that does not exist
admits nobody. No public record shows the answer for it: it is the ResourceNotFoundException that PutTargets documents,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from . import cloudformation, event_loop, scope
from .guards import Seam
from .peers import PeerError, Peers
from .refusals import Refusal

_MODULE = "ministack.services.eventbridge"
HANDLE = Seam(_MODULE, "handle_request", "(method, path, headers, body, query_params)")
BUSES = Seam(_MODULE, "_event_buses")
POLICIES = Seam(_MODULE, "_event_bus_policies")
ENSURE_DEFAULT_BUS = Seam(_MODULE, "_ensure_default_bus", "()")
_EVALUATOR = "ministack.core.iam_evaluator"
CONTEXT = Seam(_EVALUATOR, "EvalContext")
EVALUATE = Seam(
    _EVALUATOR, "evaluate_resource_policy", "(doc, ctx, service=None, named_only=False, direct_only=False)"
)
SEAMS = (HANDLE, BUSES, POLICIES, ENSURE_DEFAULT_BUS, CONTEXT, EVALUATE)

TYPE = "AWS::Events::Rule"
ROUTE = "event-bus-access"


class BusTargets:
    def __init__(self, home: str, peers: Peers) -> None:
        self._home = home
        self._peers = peers

    def install(self) -> None:
        HANDLE.wrap(self._checking_targets)
        handler = cloudformation.HANDLERS.get()[TYPE]
        for operation, position in (("create", 1), ("update", 2)):
            handler[operation] = self._checked(handler[operation], position)
        cloudformation.run_on_worker_thread(TYPE)

    async def answer_peer(self, request: dict[str, Any]) -> str:
        """Tell another region whether a bus of this one admits a caller."""
        with scope.within(request["account"], self._home):
            return _decide(request["bus"], request["caller"])

    def check(self, target: dict[str, Any]) -> None:
        """Refuse a target that is an event bus and does not admit its role, or the account. Not on the event loop."""
        arn = target.get("Arn", "")
        parts = arn.split(":", 5) if isinstance(arn, str) else []
        if len(parts) < 6 or parts[2] != "events" or not parts[5].startswith("event-bus/"):
            return
        region, account, bus = parts[3], parts[4], parts[5].removeprefix("event-bus/")
        caller = target.get("RoleArn") or f"arn:aws:iam::{scope.account()}:root"
        decision = self._ask(region, account, bus, caller)
        if decision == "Absent":
            raise Refusal("EventBridge", "ResourceNotFoundException", f"Event bus {bus} does not exist in {region}.")
        is_own = (region, account) == (self._home, scope.account())
        if decision == "Deny" or (decision != "Allow" and not is_own):
            denied = "with an explicit deny in a resource-based policy"
            missing = "because no resource-based policy allows the events:PutEvents action"
            raise Refusal(
                "EventBridge",
                "AccessDeniedException",
                f"User: {caller} is not authorized to perform: events:PutEvents on resource: {arn} "
                + (denied if decision == "Deny" else missing),
            )

    def _ask(self, region: str, account: str, bus: str, caller: str) -> str:
        if region != self._home:
            request = {"account": account, "bus": bus, "caller": caller}
            return self._peers.call(region, f"/_local-region/{ROUTE}", request)
        with scope.within(account, region):
            return event_loop.run(_decide, bus, caller)

    def _checking_targets(self, handle):
        async def handle_request(method, path, headers, body, query_params):
            if headers.get("x-amz-target", "").endswith(".PutTargets"):
                try:
                    for target in json.loads(body).get("Targets", []):
                        await asyncio.to_thread(self.check, target)
                except Refusal as refusal:
                    return refusal.response()
                except PeerError as error:
                    return Refusal("EventBridge", "InternalException", str(error), 500).response()
                except (ValueError, AttributeError):
                    pass  # MiniStack says what is wrong with the request.
            return await handle(method, path, headers, body, query_params)

        return handle_request

    def _checked(self, operation, position_of_properties: int):
        def provision(*arguments):
            for target in arguments[position_of_properties].get("Targets") or []:
                self.check(target)
            return event_loop.run(operation, *arguments)

        return provision


def _decide(bus: str, caller: str) -> str:
    """Allow, Deny, ImplicitDeny, or Absent."""
    ENSURE_DEFAULT_BUS.get()()
    record = BUSES.get().get(bus)
    if record is None:
        return "Absent"
    context = CONTEXT.get()(
        principal_arn=caller,
        principal_type="Root" if caller.endswith(":root") else "AssumedRole",
        principal_account=caller.split(":")[4],
        action="events:PutEvents",
        resource_arn=record["Arn"],
        region=scope.region(),
    )
    return EVALUATE.get()(_policy(bus), context).decision


def _policy(bus: str) -> dict[str, Any]:
    """PutPermission names an account by its number alone."""
    policy = POLICIES.get().get(bus) or {}
    statements = [
        statement | {"Principal": {"AWS": statement["Principal"]}}
        if isinstance(statement.get("Principal"), str) and statement["Principal"] != "*"
        else statement
        for statement in policy.get("Statement", [])
    ]
    return {"Statement": statements}
