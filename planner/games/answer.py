"""All answers to one game, ready for JSON: what `planner game` prints and writes."""

from __future__ import annotations

from typing import Any

from planner.games.core import stability
from planner.games.game import Game
from planner.games.nucleolus import least_core, nucleolus, prenucleolus
from planner.games.shapley import shapley_exact


def answer(game: Game) -> dict[str, Any]:
    """Shapley (also as exact fractions), nucleolus, prenucleolus, least core, and who blocks the Shapley value.

    `nucleolus` is None if there is no imputation, `least_core_epsilon` for one player. `blocking` lists the
    coalitions that gain by leaving the Shapley value, the largest gain first: `coalition` ("0,2"), `players` (names),
    `gain`. `superadditive`, `convex` and `monotone` say what kind of game it is.
    """
    exact = shapley_exact(game)
    shares = [float(share) for share in exact]
    least, within, proven = least_core(game), stability(game, shares), nucleolus(game)
    return {
        "shapley": shares,
        "shapley_exact": [str(share) for share in exact],
        "nucleolus": None if proven is None else proven.tolist(),
        "prenucleolus": prenucleolus(game).tolist(),
        "least_core_epsilon": least.epsilon,
        "core_nonempty": least.core_nonempty,
        "shapley_in_core": within.in_core,
        "superadditive": game.is_superadditive(),
        "convex": game.is_convex(),
        "monotone": game.is_monotone(),
        "blocking": [
            {
                "coalition": ",".join(map(str, objection.coalition)),
                "players": [game.players[i] for i in objection.coalition],
                "gain": objection.gain,
            }
            for objection in within.objections
        ],
    }
