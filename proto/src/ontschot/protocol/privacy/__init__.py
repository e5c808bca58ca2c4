# SPDX-License-Identifier: EUPL-1.2
"""What a release costs in privacy and what it is worth: exact, equal at every party, no noise."""
