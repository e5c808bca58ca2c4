# SPDX-License-Identifier: EUPL-1.2
"""The provider's own policy: a small file that decides on every question. Default deny."""
