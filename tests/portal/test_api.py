"""What the API says of itself holds: schemathesis asks it for what its OpenAPI allows, and for what it does not."""

from __future__ import annotations

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error, content_type_conformance, negative_data_rejection, positive_data_acceptance, response_schema_conformance,
    status_code_conformance,
]
HOST = {"Host": "localhost"}


@pytest.mark.parametrize(("mode", "examples"), [(GenerationMode.POSITIVE, 8), (GenerationMode.NEGATIVE, 8)])
def test_it_answers_as_it_says(app: FastAPI, mode: GenerationMode, examples: int) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HOST)
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.query:
            continue    # nothing can be wrong

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, headers=HOST)

        ask()
        asked.append(operation.path)
    assert "/api/v1/package.zip" in asked
    assert "/api/v1/lists/projects" in asked
