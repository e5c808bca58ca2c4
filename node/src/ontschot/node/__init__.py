# SPDX-License-Identifier: EUPL-1.2
"""A participant's process: a care provider's node, a helper, or the dealer.

It dials out to the coordinator and listens on no port.
"""
