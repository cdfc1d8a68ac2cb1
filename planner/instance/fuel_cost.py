"""What a unit of fuel costs a plant at its site: the price at the fence, and the carbon that leaves its stack."""

from __future__ import annotations

from planner.instance.model import Inputs, Site, Technology


def fuel_price(inputs: Inputs, site: Site, tech: Technology, y: int) -> float:
    """Price of a fuel at the fence with its carbon, M USD/TBtu; 0 for gas that the year's blocks price (LNG, supply curves)."""
    price = tech.fuel_price
    if tech.fuel == "gas" and site.gas is not None:
        if inputs.gas_account(site.name):
            return 0.0
        price = float(inputs.gas[site.gas].price[y])
    return price + carbon_cost(inputs, site, tech, y)


def carbon_cost(inputs: Inputs, site: Site, tech: Technology, y: int) -> float:
    """Carbon price on the stack, M USD per TBtu of fuel."""
    price = inputs.policy.carbon_price.get(site.country)
    return 0.0 if price is None else tech.co2 * float(price[y])
