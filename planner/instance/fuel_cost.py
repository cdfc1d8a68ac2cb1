"""What a unit of fuel costs a plant at its site: the price at the fence, and the carbon that leaves its stack."""

from __future__ import annotations

from planner.instance.model import Inputs, Site, Technology


def fuel_price(inputs: Inputs, site: Site, tech: Technology, y: int) -> float:
    """Price of a fuel at the fence with its carbon, M USD/TBtu; the carbon alone for gas that the year's blocks price."""
    return fence_price(inputs, site, tech, y) + carbon_cost(inputs, site, tech, y)


def fence_price(inputs: Inputs, site: Site, tech: Technology, y: int) -> float:
    """Price of a fuel at the fence, M USD/TBtu; 0 for gas that the year's blocks price (LNG, supply curves)."""
    if tech.fuel != "gas" or site.gas is None:
        return tech.fuel_price
    return 0.0 if inputs.gas_account(site.name) else float(inputs.gas[site.gas].price[y])


def carbon_cost(inputs: Inputs, site: Site, tech: Technology, y: int) -> float:
    """Carbon price on the stack, M USD per TBtu of fuel."""
    price = inputs.policy.carbon_price.get(site.country)
    return 0.0 if price is None else tech.co2 * float(price[y])
