# SPDX-License-Identifier: EUPL-1.2
"""Why a provider does not count persons.

::

    Refusal
    ├── VectorFailed           see ``answering.errors``
    │   └── PersonKeyMissing   there is no key of this round here, or not yet
    └── PersonKeysDiffer       a listed provider has another key, or has shown none
"""

from ontschot.node.provider.answering.errors import VectorFailed
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class PersonKeyMissing(VectorFailed):
    """Without the key of the round no person has a bucket."""

    code = "person-key-missing"
    title = Text("De sleutel van deze meetronde is er nog niet", "The round has no key here yet")
    remedy = Text(
        "Wacht tot drie organisaties meedoen. De node vraagt de sleutel zelf aan de anderen.",
        "Wait until three organisations take part. The node asks the others for the key itself.",
    )


class PersonKeysDiffer(Refusal):
    """With two keys one person would count twice: this node stops."""

    code = "person-keys-differ"
    title = Text(
        "Een aanbieder op de lijst heeft een andere sleutel",
        "A provider on the list has another key",
    )
    remedy = Text(
        "Vergelijk de logboeken van de aanbieders. De coördinator kan het opnieuw voorstellen "
        "zonder deze aanbieder.",
        "Compare the logs of the providers. The coordinator may propose it again without that "
        "provider.",
    )
