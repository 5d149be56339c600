"""The account and region on whose behalf MiniStack's code runs: its stores are keyed by them."""

from __future__ import annotations

from contextlib import AbstractContextManager

from .guards import Seam

_RESPONSES = "ministack.core.responses"
REGION = Seam(_RESPONSES, "get_region", "()")
ACCOUNT = Seam(_RESPONSES, "get_account_id", "()")
WITHIN = Seam(_RESPONSES, "request_scope", "(account_id, region)")
SEAMS = (REGION, ACCOUNT, WITHIN)


def region() -> str:
    return REGION.get()()


def account() -> str:
    return ACCOUNT.get()()


def within(account_id: str, region_name: str) -> AbstractContextManager[None]:
    return WITHIN.get()(account_id, region_name)
