"""The service against the model; ``NABIJ_MODEL_STEPS`` asks for more steps than usual."""

import os
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.backend.model.machine import NAMES, Consent
from tests.backend.model.world import World, in_background
from tests.databases import Database
from tests.service import Service

STEPS = int(os.environ.get("NABIJ_MODEL_STEPS", "500"))
_STEPS_A_RUN = 50


def test_the_service_does_what_the_model_says(service: Service, migrated: Database) -> None:
    with in_background(service) as background:
        world = World(service, background, migrated, NAMES)
        while world.steps < STEPS:  # some runs end early
            run_state_machine_as_test(
                cast("type[Consent]", lambda: Consent(world)),
                settings=settings(
                    max_examples=-(-(STEPS - world.steps) // _STEPS_A_RUN),
                    stateful_step_count=_STEPS_A_RUN,
                    deadline=None,
                    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
                ),
            )
