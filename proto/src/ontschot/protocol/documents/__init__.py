# SPDX-License-Identifier: EUPL-1.2
"""What the parties say to each other: one frozen model for each document of the wire protocol."""
