# SPDX-License-Identifier: EUPL-1.2
"""Migration files are in a row and each is named by its number: ``newest`` relies on it."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ontschot.coordinator.store import database as coordinator_database
from ontschot.node import database as node_database
from ontschot.node.provider.records.schema import MIGRATIONS as RECORDS
from ontschot.node.state.schema import MIGRATIONS as STATE


@pytest.mark.parametrize(
    "folder",
    [coordinator_database.MIGRATIONS, RECORDS, STATE],
    ids=["coordinator", "records", "state"],
)
def test_alembic_and_the_names_of_the_files_agree_on_the_newest_version(folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)
    newest_first = [script.revision for script in scripts.walk_revisions()]
    names = sorted(path.name[:4] for path in (folder / "versions").glob("*.py"))
    assert newest_first == names[::-1]
    assert scripts.get_heads() == [node_database.newest(folder)]
    assert node_database.newest(folder) == coordinator_database.newest(folder)
