# SPDX-License-Identifier: EUPL-1.2
"""The portal: published answers as pages, read from the coordinator's REST interface alone."""
