# SPDX-License-Identifier: EUPL-1.2
"""The coordinator: relays sealed mail, leads releases, publishes noised answers."""
