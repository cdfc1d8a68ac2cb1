"""Cooperative games: what coalitions save, how the saving is shared, whether the sharing holds, and who pays whom."""
