"""What Python users call, on top of every other room: `planner/__init__.py` and `Plan` hand it out."""
