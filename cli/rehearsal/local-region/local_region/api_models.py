"""API Gateway models with keywords that JSON Schema's draft 4 does not have, which AWS refuses by name.

On record are `$id` of draft 6 (https://github.com/aws/aws-cdk/issues/14585), `dependentRequired` of 2019-09
(https://github.com/clouddrove/terraform-aws-api-gateway/issues/30), OpenAPI's `example`
(https://github.com/amazon-archives/aws-apigateway-importer/issues/213) and a keyword that nobody has defined
(https://github.com/aws/aws-cdk/issues/25546): hence all. The draft is the fourth, by
https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .guards import Seam

_APIGATEWAY = "ministack.services.apigateway_v1"
CREATE_MODEL = Seam(_APIGATEWAY, "_create_model", "(api_id, data)")
UPDATE_MODEL = Seam(_APIGATEWAY, "_update_model", "(api_id, model_name, data)")
ERROR = Seam(_APIGATEWAY, "_v1_error", "(code, message, status)")
SEAMS = (CREATE_MODEL, UPDATE_MODEL, ERROR)

SUPPORTED = frozenset(
    (
        "$ref $schema additionalItems additionalProperties allOf anyOf default definitions dependencies description "
        "enum exclusiveMaximum exclusiveMinimum format id items maxItems maxLength maxProperties maximum minItems "
        "minLength minProperties minimum multipleOf not oneOf pattern patternProperties properties required title type "
        "uniqueItems"
    ).split()
)
"""https://json-schema.org/draft-04/schema, and `format` of its specification."""
_SWITCHES = ("exclusiveMinimum", "exclusiveMaximum")
"""Booleans in draft 4, numbers since draft 6."""
_SCHEMA = ("additionalItems", "additionalProperties", "items", "not")
_SCHEMAS = ("allOf", "anyOf", "items", "oneOf")
_NAMED_SCHEMAS = ("definitions", "dependencies", "patternProperties", "properties")


def install() -> None:
    CREATE_MODEL.wrap(_refusing_creation)
    UPDATE_MODEL.wrap(_refusing_update)


def refusal(text: Any) -> str | None:
    """Why AWS does not take the schema."""
    try:
        schema = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        # Whether a text is a template rather than a schema is for AWS to say.
        return None
    schemas = list(_schemas(schema))
    unsupported = sorted({keyword for found in schemas for keyword in found} - SUPPORTED)
    if unsupported:
        keywords = ", ".join(f'"{keyword}"' for keyword in unsupported)
        return _message(f"Invalid model schema specified. Unsupported keyword(s): [{keywords}]")
    if any(not isinstance(found.get(switch, False), bool) for found in schemas for switch in _SWITCHES):
        return _message("Invalid model schema specified")
    return None


def _message(error: str) -> str:
    return f"Invalid model specified: Validation Result: warnings : [], errors : [{error}]"


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and all within it; a property may be called as a keyword is."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in _SCHEMA:
        yield from _schemas(schema.get(keyword))
    for keyword in _SCHEMAS:
        if isinstance(schema.get(keyword), list):
            for child in schema[keyword]:
                yield from _schemas(child)
    for keyword in _NAMED_SCHEMAS:
        if isinstance(schema.get(keyword), dict):
            for child in schema[keyword].values():
                yield from _schemas(child)


def _refusing_creation(create):
    def create_model(api_id, data):
        reason = refusal(data.get("schema"))
        return ERROR.get()("BadRequestException", reason, 400) if reason else create(api_id, data)

    return create_model


def _refusing_update(update):
    def update_model(api_id, model_name, data):
        for change in data.get("patchOperations", []):
            reason = refusal(change.get("value")) if change.get("path") == "/schema" else None
            if reason:
                return ERROR.get()("BadRequestException", reason, 400)
        return update(api_id, model_name, data)

    return update_model
