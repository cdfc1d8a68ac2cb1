"""What is proven, what clashes, what `planner verify` reads."""
