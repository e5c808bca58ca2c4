# SPDX-License-Identifier: EUPL-1.2
"""Errors around a load; what is wrong *in* a file is told by its report instead.

::

    Unavailable
    └── IntakeFileChanged      the file was changed or cut off while it was read
    Misconfigured
    ├── IntakeFileUnreadable   no such file, no rights, or no ordinary file
    ├── IntakeSettingsWrong    the settings of the intake contradict the code lists
    └── TariffFileWrong        the file with public maximum tariffs does not read
"""

from ontschot.protocol.errors import Misconfigured, Unavailable
from ontschot.protocol.language import Text


class IntakeFileChanged(Unavailable):
    """The file was changed, cut off or removed while it was read."""

    code = "intake-file-changed"
    title = Text(
        "Het bestand veranderde tijdens het lezen", "The file changed while it was being read"
    )
    remedy = Text(
        "Er is niets geladen. Wacht tot het bestand klaar is en probeer het opnieuw.",
        "Nothing was loaded. Wait until the file is complete, then try again.",
    )


class IntakeFileUnreadable(Misconfigured):
    """There is no ordinary file at that place, or it may not be read."""

    code = "intake-file-unreadable"
    title = Text("Het bestand is niet te lezen", "The file cannot be read")
    remedy = Text(
        "Er is niets geladen. Kijk of het bestand bestaat en of u het mag lezen.",
        "Nothing was loaded. See whether the file exists and whether you may read it.",
    )


class IntakeSettingsWrong(Misconfigured):
    """The settings of the intake contradict the code lists."""

    code = "intake-settings-wrong"
    title = Text("De instellingen voor het inladen kloppen niet", "The load settings are wrong")


class TariffFileWrong(Misconfigured):
    """The file with public maximum tariffs does not have the form of ``codes/tarieven.csv``."""

    code = "tariff-file-wrong"
    title = Text("Het bestand met tarieven klopt niet", "The file with tariffs is wrong")
    remedy = Text(
        "Gebruik de kolommen categorie, productcode, eenheid, maximum_cent en bron.",
        "Use the columns categorie, productcode, eenheid, maximum_cent and bron.",
    )
