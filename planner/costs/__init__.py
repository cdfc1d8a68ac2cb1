"""Money and physics arithmetic shared by the whole plan: pure functions, scalars or arrays in, the same shape out.

Money is real USD of 2023 unless a name says otherwise; rates are real.
"""
