"""Moist air against steam tables and its own identities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.cooling import psychrometrics as air

QUICK = settings(max_examples=60, deadline=None)
TEMPERATURES = st.floats(-30, 48)
PRESSURES = st.floats(60_000, 106_000)


@pytest.mark.parametrize(("celsius", "pascal"), [(0.01, 611.7), (10, 1228), (20, 2339), (30, 4247), (40, 7385)])
def test_saturation_pressure_of_the_steam_tables(celsius, pascal):
    """Within the 0.4 % that the authors of the coefficients state."""
    assert air.saturation_pressure_pa(celsius) == pytest.approx(pascal, rel=4e-3)


@pytest.mark.parametrize(("dry", "rh", "wet"), [(20, 50, 13.8), (30, 50, 22.0), (35, 20, 18.9), (10, 100, 10.0)])
def test_wet_bulb_of_the_psychrometric_chart(dry, rh, wet):
    assert air.wet_bulb_c(dry, rh, 101_325) == pytest.approx(wet, abs=0.15)


def test_density_and_heat_of_vaporisation():
    assert air.air_density_kg_per_m3(0.0, 101_325) == pytest.approx(1.293)
    assert air.air_density_kg_per_m3(20.0, 101_325) == pytest.approx(1.2048, abs=1e-4)
    assert air.heat_of_vaporisation_kj_per_kg([0.0, 25.0]) == pytest.approx([2500.5, 2442.0], abs=0.6)


@QUICK
@given(t=TEMPERATURES, rh=st.floats(1, 100), p=PRESSURES)
def test_wet_bulb_lies_between_dew_point_and_dry_bulb(t, rh, p):
    e = rh / 100 * air.saturation_pressure_pa(t)
    assert air.dew_point_c(e) - 1e-6 <= air.wet_bulb_c(t, rh, p) <= t + 1e-6


@QUICK
@given(t=TEMPERATURES, p=PRESSURES)
def test_saturated_air_is_at_its_wet_bulb_and_dew_point(t, p):
    assert air.wet_bulb_c(t, 100.0, p) == pytest.approx(t, abs=1e-8)
    assert air.dew_point_c(air.saturation_pressure_pa(t)) == pytest.approx(t, abs=1e-9)


@QUICK
@given(t=TEMPERATURES, rh=st.floats(1, 100), p=PRESSURES)
def test_adiabatic_saturation_conserves_enthalpy(t, rh, p):
    ratio = air.humidity_ratio(rh / 100 * air.saturation_pressure_pa(t), p)
    wet = air.wet_bulb_c(t, rh, p)
    saturated = air.humidity_ratio(air.saturation_pressure_pa(wet), p)
    added = 4.2 * wet * (saturated - ratio)
    assert air.enthalpy_kj_per_kg(t, ratio) + added == pytest.approx(air.enthalpy_kj_per_kg(wet, saturated), abs=1e-8)


def test_arrays_keep_their_shape():
    t = np.linspace(-10, 40, 24).reshape(2, 3, 4)
    assert air.wet_bulb_c(t, 50.0, 101_325).shape == t.shape
