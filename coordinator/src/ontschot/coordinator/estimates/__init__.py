# SPDX-License-Identifier: EUPL-1.2
"""Better figures from published noised ones: consistency and small-area estimation.

Everything here is post-processing: it takes released noised values, the exactly known variance of
their noise, and public numbers; it never sees a record, a share or a figure without noise, and it
costs no privacy (Dwork and Roth 2014, proposition 2.1).
"""
