"""Which handlers run: those in Node.js and Python, on this machine's own, and what is an executable itself.

Functions in Python find boto3, as on AWS: "The Python runtime includes the AWS SDK for Python (Boto3)", by
https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html. A module that cannot be imported is told in AWS's words,
https://repost.aws/knowledge-center/lambda-import-module-error-python, and an exception has the name of its class as its
type, https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html.

MiniStack runs other runtimes, and images, in Docker, and answers for them with an invented result where there is none.
Here there is none, and an invocation fails; the deployment of such a function does not.
"""

from __future__ import annotations

from .guards import Seam, UnexpectedMiniStack

SCRIPT = Seam("ministack.core.lambda_runtime", "_PYTHON_WORKER_SCRIPT")
IN_DOCKER = Seam("ministack.services.lambda_svc", "_execute_function_docker", "(func, event, request_id)")
SEAMS = (SCRIPT, IN_DOCKER)

_CHANGES = (
    (
        '"error": str(e), "trace": traceback.format_exc()}',
        '"error": str(e), "trace": traceback.format_exc(), "type": type(e).__name__}',
    ),
    (
        '"error": str(e)}) + "\\n")',
        '"error": ("Unable to import module \'%s\': %s" % (module_name, e)) if isinstance(e, ImportError) else str(e)})'
        ' + "\\n")',
    ),
)


def install() -> None:
    SCRIPT.wrap(_telling_errors)
    IN_DOCKER.wrap(lambda execute: _refusing)


def _telling_errors(script: str) -> str:
    for found, told in _CHANGES:
        if found not in script:
            raise UnexpectedMiniStack(f"the worker of Python functions no longer reports errors as {found!r}")
        script = script.replace(found, told)
    return script


def _refusing(func, event, request_id):
    config = func.get("config") or func
    kind = "an image" if config.get("PackageType") == "Image" else f"the runtime {config.get('Runtime')}"
    message = (
        f"{config.get('FunctionName')} does not run here: it needs {kind}, and a local region has nodejs and python only,"
        " without Docker"
    )
    return {"body": {"errorMessage": message, "errorType": "Runtime.NotInThisRegion"}, "error": True, "log": message}
