"""The type of an error that a Node.js function throws.

MiniStack reports every one as `Runtime.HandlerError`, so that no Retry or Catch of a state machine that names an error
ever matches. On AWS the type is the error's name.
"""

from __future__ import annotations

import threading

from .guards import Seam, UnexpectedMiniStack

_RUNTIME = "ministack.core.lambda_runtime"
SCRIPT = Seam(_RUNTIME, "_NODEJS_WORKER_SCRIPT")
WORKER = Seam(_RUNTIME, "Worker", "(func_name, config, code_zip)")
EXECUTE = Seam("ministack.services.lambda_svc", "_execute_function_warm", "(func, event, request_id)")
SEAMS = (SCRIPT, WORKER, EXECUTE)

_REPORTS = (
    ('error: String(err.message || err), trace: err.stack || ""', "err"),
    ("error: e.message, trace: e.stack", "e"),
)
"""Where the worker script reports what a handler rejected with, and what it threw."""


def install() -> None:
    SCRIPT.wrap(_naming_errors)
    answers = threading.local()
    invoke = WORKER.get().invoke

    def remember(self, *arguments, **options):
        answers.last = invoke(self, *arguments, **options)
        return answers.last

    WORKER.get().invoke = remember
    EXECUTE.wrap(lambda execute: _with_error_type(execute, answers))


def _naming_errors(script: str) -> str:
    for report, error in _REPORTS:
        if report not in script:
            raise UnexpectedMiniStack(f"the worker of Node.js functions no longer reports errors as {report!r}")
        script = script.replace(report, f"{report}, type: {error} && {error}.name")
    return script


def _with_error_type(execute, answers: threading.local):
    def execute_function(func, event, request_id):
        answers.last = {}
        result = execute(func, event, request_id)
        if result.get("error") and answers.last.get("type"):
            result["body"]["errorType"] = answers.last["type"]
            result["body"]["trace"] = answers.last.get("trace", "").splitlines()
        return result

    return execute_function
