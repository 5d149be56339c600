"""Says what IAM says to requests, by the evaluator that the local regions use. Reads {statements, requests} and writes the decisions, as JSON."""

import json
import sys

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

asked = json.load(sys.stdin)
policies = [parse_policy_document({"Version": "2012-10-17", "Statement": asked["statements"]})]


def decide(request: dict) -> str:
    region = request["resource"].split(":")[3]
    keys = {key.lower(): value for key, value in request["keys"].items()}
    principal = "arn:aws:sts::111122223333:assumed-role/Operator/session"
    context = EvalContext(
        principal, "AssumedRole", "111122223333", request["action"], request["resource"], region, service_context=keys
    )
    return evaluate(context, policies).decision


json.dump([decide(request) for request in asked["requests"]], sys.stdout)
