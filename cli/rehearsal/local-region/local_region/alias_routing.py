"""An alias that routes a share of its invocations to a second version.

Lambda chooses the version of each invocation by the alias's weights:
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
MiniStack stores the weights and always takes the alias's first version. Here every caller that asks for the function
of an alias gets a version by weight, under the ARN of the alias: API Gateway, rules, topics, event source mappings
(once a batch), state machines and direct invocations. Attempts of one asynchronous invocation all go to one version.
"""

from __future__ import annotations

import contextvars
import functools
import random
from typing import Any

from .guards import Seam

_LAMBDA = "ministack.services.lambda_svc"
EFFECTIVE = Seam(_LAMBDA, "_effective_func_record_for_qualifier", "(func, qualifier)")
INVOKE = Seam(_LAMBDA, "_invoke", "(name, event, headers, path_qualifier=None, query_params=None)")
EXECUTE_SCOPED = Seam(_LAMBDA, "_execute_function_with_config_scope", "(func, event)")
INVOKE_ASYNC = Seam(_LAMBDA, "invoke_async_with_retry", "(func, event)")
QUALIFIER = Seam(_LAMBDA, "_qualifier_from_path_or_query", "(path_qualifier, query_params)")
FUNCTIONS = Seam(_LAMBDA, "_functions")
SEAMS = (EFFECTIVE, INVOKE, EXECUTE_SCOPED, INVOKE_ASYNC, QUALIFIER, FUNCTIONS)

Record = dict[str, Any]
"""A function or one of its versions, as MiniStack stores it."""

_invoked: contextvars.ContextVar[str | None] = contextvars.ContextVar("invoked", default=None)
"""The ARN of the alias of a direct invocation, until it reaches the function."""


def install() -> None:
    EFFECTIVE.wrap(_of_chosen_version)
    INVOKE.wrap(_invoking_chosen_version)
    EXECUTE_SCOPED.wrap(_under_the_alias)
    INVOKE_ASYNC.wrap(_under_the_alias)


def choose_version(alias: dict[str, Any]) -> str:
    """One of the alias's versions, at random by weight."""
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    chosen = random.random()
    for version, weight in weights.items():
        chosen -= float(weight)
        if chosen < 0:
            return version
    return alias["FunctionVersion"]


def _of_chosen_version(effective):
    def effective_record(func, qualifier):
        alias = ((func or {}).get("aliases") or {}).get(qualifier)
        if alias is None:
            return effective(func, qualifier)
        record, config = effective(func, choose_version(alias))
        if record is None:
            return None, None
        named = _named(record, alias["AliasArn"])
        return named, named["config"]

    return effective_record


def _invoking_chosen_version(invoke):
    """MiniStack looks up the version of a direct invocation itself: it is asked for the version, not for the alias."""

    @functools.wraps(invoke)
    async def invoke_function(name, event, headers, path_qualifier=None, query_params=None):
        qualifier = QUALIFIER.get()(path_qualifier, query_params)
        alias = FUNCTIONS.get().get(name, {}).get("aliases", {}).get(qualifier)
        if alias is None:
            return await invoke(name, event, headers, path_qualifier, query_params)
        token = _invoked.set(alias["AliasArn"])
        try:
            return await invoke(name, event, headers, choose_version(alias), query_params)
        finally:
            _invoked.reset(token)

    return invoke_function


def _under_the_alias(operation):
    @functools.wraps(operation)
    def under_the_alias(func, event):
        arn = _invoked.get()
        if arn is None:
            return operation(func, event)
        # What this invocation leads to is invoked by names of its own.
        token = _invoked.set(None)
        try:
            return operation(_named(func, arn), event)
        finally:
            _invoked.reset(token)

    return under_the_alias


def _named(record: Record, arn: str) -> Record:
    return record | {"config": (record.get("config") or record) | {"FunctionArn": arn}}
