"""Custom resources of CloudFormation.

MiniStack has them: it invokes the function and waits for the answer at the `ResponseURL`. Like AWS it goes on waiting,
an hour if the template does not say otherwise, when the function has thrown and will never answer. Here that fails the
resource at once. A function that merely returns may yet have another one answer.
"""

from __future__ import annotations

from typing import Any

from .guards import Seam

_CUSTOM_RESOURCE = "ministack.services.cloudformation.custom_resource"
EXECUTE = Seam("ministack.services.lambda_svc", "_execute_function_with_config_scope", "(func, event)")
PENDING = Seam(_CUSTOM_RESOURCE, "_pending")
ANSWER = Seam(_CUSTOM_RESOURCE, "deliver_response", "(token, response)")
SEAMS = (EXECUTE, PENDING, ANSWER)


def install() -> None:
    EXECUTE.wrap(_answering_for_what_threw)


def _answering_for_what_threw(execute):
    def execute_function(func: dict[str, Any], event: Any) -> dict[str, Any]:
        result = execute(func, event)
        url = event.get("ResponseURL") if isinstance(event, dict) else None
        if isinstance(url, str) and result.get("error"):
            token = url.rpartition("/")[2]
            if token in PENDING.get() and PENDING.get()[token]["result"] is None:
                reason = f"the function threw instead of answering: {result.get('body')}"
                ANSWER.get()(token, {"Status": "FAILED", "Reason": reason})
        return result

    return execute_function
