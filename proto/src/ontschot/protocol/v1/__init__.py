# SPDX-License-Identifier: EUPL-1.2
"""Version 1 of the wire: proto files and the stubs that ``proto/generate.py`` writes from them."""
