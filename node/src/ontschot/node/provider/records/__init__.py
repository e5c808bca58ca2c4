# SPDX-License-Identifier: EUPL-1.2
"""The provider's own record store: tables, identity keys, and the questions vectors may ask."""
