"""As Oracle.java, by the local region's own matcher."""

import json
import sys

from ministack.services import eventbridge

for line in sys.stdin:
    question = json.loads(line)
    alternatives = eventbridge._compiled_pattern(json.dumps(question["pattern"]))
    if alternatives is None:
        answer = {"refused": "yes"}
    else:
        answer = {"matches": [any(eventbridge._matches_detail(event, one) for one in alternatives) for event in question["events"]]}
    print(json.dumps(answer))
