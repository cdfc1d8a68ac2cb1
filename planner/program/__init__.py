"""The program as the solver sees it, on neutral ground between what states it and what solves it."""
