"""What an electricity tariff charges: cards of `models/tariffs`, the bill of a year's load, and an importer for URDB."""

from planner.tariffs.bill import Bill, bill, energy_price
from planner.tariffs.card import TariffCard, tariff, tariffs

__all__ = ["Bill", "TariffCard", "bill", "energy_price", "tariff", "tariffs"]
