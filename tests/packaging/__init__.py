"""The planner as it is installed."""
