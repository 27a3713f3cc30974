"""What holds for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.postgresql import Server, programs, running

# Each test process has a core to itself: a second thread in the libraries would only wait for the
# first. They read this when they load.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("reelprint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reelprint")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for the tests of this process."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL: install the extra `dev`")
    with running(found) as server:
        yield server


@pytest.fixture
def database_url(postgresql: Server) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    url = postgresql.new_database()
    yield url
    postgresql.drop(url)
