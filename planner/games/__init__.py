"""The theory of cooperative games: pure functions, no plan."""
