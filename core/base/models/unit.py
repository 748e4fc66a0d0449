"""Units of measure."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.standard import between, positive, require
from core.i18n import _
from core.orm.field import field
from core.orm.model import Model
from core.orm.types import Choice, Code, Name, Rate


class Dimension(Choice):
    """What a unit measures; units convert into each other within a dimension."""

    COUNT = "count", _("Count")
    MASS = "mass", _("Mass")
    LENGTH = "length", _("Length")
    AREA = "area", _("Area")
    VOLUME = "volume", _("Volume")
    TIME = "time", _("Time")
    TEMPERATURE = "temperature", _("Temperature")
    ENERGY = "energy", _("Energy")
    POWER = "power", _("Power")
    APPARENT_POWER = "apparent_power", _("Apparent power")
    REACTIVE_POWER = "reactive_power", _("Reactive power")
    FORCE = "force", _("Force")
    TORQUE = "torque", _("Torque")
    PRESSURE = "pressure", _("Pressure")
    SPEED = "speed", _("Speed")
    FREQUENCY = "frequency", _("Frequency")
    ROTATION = "rotation", _("Rotation")
    ELECTRIC_CURRENT = "electric_current", _("Electric current")
    ELECTRIC_CHARGE = "electric_charge", _("Electric charge")
    VOLTAGE = "voltage", _("Voltage")
    RESISTANCE = "resistance", _("Resistance")
    CAPACITANCE = "capacitance", _("Capacitance")
    INDUCTANCE = "inductance", _("Inductance")
    LUMINOUS_INTENSITY = "luminous_intensity", _("Luminous intensity")
    LUMINOUS_FLUX = "luminous_flux", _("Luminous flux")
    ILLUMINANCE = "illuminance", _("Illuminance")
    AMOUNT_OF_SUBSTANCE = "amount_of_substance", _("Amount of substance")
    DENSITY = "density", _("Density")
    LINEAR_DENSITY = "linear_density", _("Linear density")
    AREA_DENSITY = "area_density", _("Area density")
    DYNAMIC_VISCOSITY = "dynamic_viscosity", _("Dynamic viscosity")
    KINEMATIC_VISCOSITY = "kinematic_viscosity", _("Kinematic viscosity")
    FLOW = "flow", _("Flow")
    INFORMATION = "information", _("Information")
    ANGLE = "angle", _("Angle")
    RATIO = "ratio", _("Ratio")
    #: Each unit stands for itself: a set, a pallet, a lump sum.
    OWN = "own", _("Stands for itself")


class Unit(Model):
    """A unit of measure of UN/ECE Recommendation 20 or 21."""

    __tablename__ = "base_unit"
    singular = _("Unit")
    plural = _("Units")

    code: Mapped[Code] = field(
        _("Code"), unique=True, key=True, search=True, help=_("As in UN/ECE Recommendations 20 and 21.")
    )
    symbol: Mapped[Code] = field(_("Symbol"), title=True, search=True)
    name: Mapped[Name] = field(_("Name"), search=True)
    dimension: Mapped[Dimension] = field(_("Dimension"), default=Dimension.OWN, sort=True)
    #: Listed units know theirs exactly (core.formats.units).
    factor: Mapped[Rate | None] = field(
        _("Factor"),
        listed=False,
        help=_("Of a unit of your own: how many of the dimension's SI unit, or pieces, make one of it."),
    )
    decimals: Mapped[int] = field(
        _("Decimal places"), default=3, help=_("How many digits after the point a quantity has.")
    )
    active: Mapped[bool] = field(_("Active"), default=True, sort=True)

    def check(self) -> None:
        # A Quantity keeps 6 decimal places.
        require({"factor": positive(self.factor), "decimals": between(self.decimals, 0, 6)})
