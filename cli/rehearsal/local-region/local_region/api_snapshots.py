"""A stage of a REST API serves what its deployment found, and no later change before the next deployment.

"After creating your API, you must deploy it to make it callable"; "every time you update an API, you must redeploy
the API": https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html. Known consequences are
models and authorizers that never go live: https://github.com/aws/aws-cdk/pull/2960,
https://github.com/aws/aws-cdk/issues/16554.

MiniStack does so for gateway responses only. Here a deployment copies resources with their methods, authorizers, models
and request validators as well, and while a request is served the stores show that copy.
"""

from __future__ import annotations

import copy
import json
from contextvars import ContextVar
from typing import Any

from . import durable_stores
from .guards import Seam
from .request_validators import RESOURCES, VALIDATORS

_APIGATEWAY = "ministack.services.apigateway_v1"
AUTHORIZERS = Seam(_APIGATEWAY, "_authorizers_v1")
MODELS = Seam(_APIGATEWAY, "_models")
STAGES = Seam(_APIGATEWAY, "_stages_v1")
CREATE_DEPLOYMENT = Seam(_APIGATEWAY, "_create_deployment", "(api_id, data)")
EXECUTE = Seam(
    _APIGATEWAY,
    "_handle_execute_in_scope",
    "(api_id, stage_name, method, path, headers, body, query_params, owner_account_id, owner_region)",
)
SEAMS = (AUTHORIZERS, MODELS, STAGES, CREATE_DEPLOYMENT, EXECUTE)

KEPT = (RESOURCES, AUTHORIZERS, MODELS, VALIDATORS)

Snapshot = dict[str, Any]
"""What each store held of one API, by the store's name."""

_served: ContextVar[tuple[str, Snapshot] | None] = ContextVar("served", default=None)


class Snapshots:
    def __init__(self) -> None:
        self._by_deployment: dict[tuple[str, str], Snapshot] = {}
        durable_stores.outlives("api_snapshots", self._by_deployment)

    def install(self) -> None:
        for seam in KEPT:
            seam.wrap(lambda store, name=seam.name: _snapshot_store(store, name))
        CREATE_DEPLOYMENT.wrap(self._keeping)
        EXECUTE.wrap(self._serving)

    def _keeping(self, create):
        def create_deployment(api_id, data):
            answer = create(api_id, data)
            status, _, body = answer
            if status < 400:
                snapshot = {seam.name: copy.deepcopy(seam.get().get(api_id, {})) for seam in KEPT}
                self._by_deployment[api_id, json.loads(body)["id"]] = snapshot
            return answer

        return create_deployment

    def _serving(self, execute):
        async def execute_in_scope(api_id, stage_name, *rest):
            deployment = STAGES.get().get(api_id, {}).get(stage_name, {}).get("deploymentId", "")
            snapshot = self._by_deployment.get((api_id, deployment))
            token = _served.set((api_id, snapshot) if snapshot else None)
            try:
                return await execute(api_id, stage_name, *rest)
            finally:
                _served.reset(token)

        return execute_in_scope


def _snapshot_store(store: Any, name: str) -> Any:
    """The same data in a store that answers a request to a stage from the snapshot."""

    class SnapshotStore(type(store)):
        __slots__ = ()

        def get(self, key, default=None):
            served = _served.get()
            if served is not None and served[0] == key:
                return served[1][name]
            return super().get(key, default)

    replacement = SnapshotStore()
    replacement._data = store._data
    return replacement
