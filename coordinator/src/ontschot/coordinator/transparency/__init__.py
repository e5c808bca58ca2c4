# SPDX-License-Identifier: EUPL-1.2
"""The transparency log: every act, in the order in which it took effect, and nothing removed."""
