# SPDX-License-Identifier: EUPL-1.2
"""One federation for all tests of processes that only look: run once, then read."""

from collections.abc import Iterator

import pytest

from processes.measured import Measured, measure
from processes.pooled import Pool
from processes.searching import Pattern
from processes.sensitive import patterns


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A run from installation to the last SIGTERM, with canaries; nothing of it runs any more."""
    return measure(tmp_path_factory.mktemp("federatie"))


@pytest.fixture(scope="session")
def pool(measured: Measured) -> Iterator[Pool]:
    """All record stores of that run in one database."""
    found = Pool(measured)
    yield found
    found.close()


@pytest.fixture(scope="session")
def sensitive(measured: Measured, pool: Pool) -> list[Pattern]:
    """Everything in that run that may not leave a provider."""
    return patterns(measured, pool)
