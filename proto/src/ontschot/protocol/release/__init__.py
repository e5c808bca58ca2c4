# SPDX-License-Identifier: EUPL-1.2
"""What every party of a release computes alike: gate functions, bindings, pads, output layout."""
