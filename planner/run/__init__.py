"""The way from a scenario to a plan, and what stands beside it."""
