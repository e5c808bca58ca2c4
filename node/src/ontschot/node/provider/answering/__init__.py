# SPDX-License-Identifier: EUPL-1.2
"""How a provider answers: decide on a question, upload in two sealed halves, consent to a release.

The provider has the last word twice: its policy (or a person) decides on the question, and every
single release needs its signed consent.
"""
