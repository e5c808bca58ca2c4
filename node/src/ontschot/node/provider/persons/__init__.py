# SPDX-License-Identifier: EUPL-1.2
"""The provider's part in the key for persons of a round (protocol section 8).

``agreement`` is the way from a commitment to a key; ``checking`` compares it with those of others;
``kept`` is what is on disk of it.
"""
