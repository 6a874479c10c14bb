"""A phone has what an app needs to run, and nothing of it reaches beyond the test."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

import nabij
from nabij.testing import Phone


@pytest.fixture
def phone(memory: Path) -> Phone:
    return Phone(memory)


def test_runs_a_client_that_remembers_its_customer(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva")) as client:
        client.grant(client.notice(), ["wifi"])
    with nabij.Client(**phone.arguments("eva")) as client:
        assert client.collect().queued == ("wifi",)
    assert phone.uses == 2


def test_runs_an_asynchronous_client(phone: Phone) -> None:
    async def agree() -> nabij.Collected:
        async with nabij.AsyncClient(**phone.async_arguments("eva")) as client:
            await client.grant(await client.notice(), ["wifi"])
            return await client.collect()

    assert asyncio.run(agree()).queued == ("wifi",)


def test_a_sign_in_is_fresh_whenever_it_is_needed(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva")) as client:
        client.refresh()
        phone.wait(timedelta(days=30))
        client.refresh()


def test_airplane_mode_keeps_every_request_from_arriving(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva")) as client:
        with phone.in_airplane_mode(), pytest.raises(nabij.NotReachable):
            client.refresh()
        client.refresh()
