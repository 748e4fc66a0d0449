"""Units of measure of UN/ECE Recommendation 20 and packages of Recommendation 21, as trade uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.i18n import Text, _


class Dimension(StrEnum):
    """What is measured; units convert into each other within a dimension."""

    COUNT = "count"
    MASS = "mass"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    TIME = "time"
    TEMPERATURE = "temperature"
    ENERGY = "energy"
    POWER = "power"
    APPARENT_POWER = "apparent_power"
    REACTIVE_POWER = "reactive_power"
    FORCE = "force"
    TORQUE = "torque"
    PRESSURE = "pressure"
    SPEED = "speed"
    FREQUENCY = "frequency"
    ROTATION = "rotation"
    ELECTRIC_CURRENT = "electric_current"
    ELECTRIC_CHARGE = "electric_charge"
    VOLTAGE = "voltage"
    RESISTANCE = "resistance"
    CAPACITANCE = "capacitance"
    INDUCTANCE = "inductance"
    LUMINOUS_INTENSITY = "luminous_intensity"
    LUMINOUS_FLUX = "luminous_flux"
    ILLUMINANCE = "illuminance"
    AMOUNT_OF_SUBSTANCE = "amount_of_substance"
    DENSITY = "density"
    LINEAR_DENSITY = "linear_density"
    AREA_DENSITY = "area_density"
    DYNAMIC_VISCOSITY = "dynamic_viscosity"
    KINEMATIC_VISCOSITY = "kinematic_viscosity"
    FLOW = "flow"
    INFORMATION = "information"
    ANGLE = "angle"
    RATIO = "ratio"
    #: Each unit stands for itself: a set, a pallet, a lump sum.
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; a value in it is `value * factor + offset` in its dimension's coherent unit (the SI's)."""

    code: str
    name: Text
    symbol: str
    dimension: Dimension
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)


# By dimension: code, name, symbol, factor to the coherent unit (the first of each), and an offset.
# Factors are the definitions, not the rounded figures of the recommendation's annex.
_Row = tuple[str, Text, str, int | str] | tuple[str, Text, str, int | str, str]
_MEASURES: dict[Dimension, tuple[_Row, ...]] = {
    Dimension.COUNT: (
        ("C62", _("one"), "", 1),
        ("H87", _("piece"), "pcs", 1),
        ("EA", _("each"), "ea", 1),
        ("NAR", _("number of articles"), "", 1),
        ("PR", _("pair"), "pr", 2),
        ("NPR", _("number of pairs"), "", 2),
        ("HD", _("half dozen"), "", 6),
        ("DZN", _("dozen"), "doz", 12),
        ("DPR", _("dozen pair"), "", 24),
        ("TP", _("ten pair"), "", 20),
        ("SCO", _("score"), "", 20),
        ("GRO", _("gross"), "gr", 144),
        ("GGR", _("great gross"), "gg", 1728),
        ("CEN", _("hundred"), "", 100),
        ("CNP", _("hundred pack"), "", 100),
        ("MIL", _("thousand"), "", 1000),
        ("T3", _("thousand piece"), "", 1000),
        ("DZP", _("dozen pack"), "", 12),
        ("TPR", _("ten pack"), "", 10),
        ("MIO", _("million"), "", 1_000_000),
        ("MLD", _("milliard"), "", 1_000_000_000),
    ),
    Dimension.MASS: (
        ("KGM", _("kilogram"), "kg", 1),
        ("MC", _("microgram"), "µg", "1/1000000000"),
        ("MGM", _("milligram"), "mg", "1/1000000"),
        ("CGM", _("centigram"), "cg", "1/100000"),
        ("DG", _("decigram"), "dg", "1/10000"),
        ("GRM", _("gram"), "g", "1/1000"),
        ("DJ", _("decagram"), "dag", "1/100"),
        ("HGM", _("hectogram"), "hg", "1/10"),
        ("DTN", _("decitonne"), "dt", 100),
        ("TNE", _("tonne"), "t", 1000),
        ("2U", _("megagram"), "Mg", 1000),
        ("KTN", _("kilotonne"), "kt", 1_000_000),
        ("CTM", _("metric carat"), "ct", "0.0002"),
        ("GRN", _("grain"), "gr", "0.00006479891"),
        ("ONZ", _("ounce"), "oz", "0.028349523125"),
        ("APZ", _("troy ounce"), "oz t", "0.0311034768"),
        ("LBR", _("pound"), "lb", "0.45359237"),
        ("STI", _("stone (UK)"), "st", "6.35029318"),
        ("CWA", _("hundredweight (US)"), "cwt (US)", "45.359237"),
        ("CWI", _("hundredweight (UK)"), "cwt (UK)", "50.80234544"),
        ("STN", _("short ton (US)"), "ton (US)", "907.18474"),
        ("LTN", _("long ton (UK)"), "ton (UK)", "1016.0469088"),
    ),
    Dimension.LENGTH: (
        ("MTR", _("metre"), "m", 1),
        ("C52", _("picometre"), "pm", "1/1000000000000"),
        ("C45", _("nanometre"), "nm", "1/1000000000"),
        ("4H", _("micrometre"), "µm", "1/1000000"),
        ("MMT", _("millimetre"), "mm", "1/1000"),
        ("CMT", _("centimetre"), "cm", "1/100"),
        ("DMT", _("decimetre"), "dm", "1/10"),
        ("A45", _("decametre"), "dam", 10),
        ("HMT", _("hectometre"), "hm", 100),
        ("KMT", _("kilometre"), "km", 1000),
        ("KTM", _("kilometre (old code)"), "km", 1000),
        ("LM", _("linear metre"), "lfm", 1),
        ("M7", _("micro-inch"), "µin", "0.0000000254"),
        ("77", _("milli-inch"), "mil", "0.0000254"),
        ("INH", _("inch"), "in", "0.0254"),
        ("FOT", _("foot"), "ft", "0.3048"),
        ("LF", _("linear foot"), "lin ft", "0.3048"),
        ("YRD", _("yard"), "yd", "0.9144"),
        ("LY", _("linear yard"), "lin yd", "0.9144"),
        ("AK", _("fathom"), "fth", "1.8288"),
        ("X1", _("chain (Gunter)"), "ch", "20.1168"),
        ("SMI", _("mile"), "mi", "1609.344"),
        ("NMI", _("nautical mile"), "n mile", 1852),
    ),
    Dimension.AREA: (
        ("MTK", _("square metre"), "m²", 1),
        ("MMK", _("square millimetre"), "mm²", "1/1000000"),
        ("CMK", _("square centimetre"), "cm²", "1/10000"),
        ("DMK", _("square decimetre"), "dm²", "1/100"),
        ("H16", _("square decametre"), "dam²", 100),
        ("ARE", _("are"), "a", 100),
        ("DAA", _("decare"), "daa", 1000),
        ("H18", _("square hectometre"), "hm²", 10_000),
        ("HAR", _("hectare"), "ha", 10_000),
        ("KMK", _("square kilometre"), "km²", 1_000_000),
        ("INK", _("square inch"), "in²", "0.00064516"),
        ("FTK", _("square foot"), "ft²", "0.09290304"),
        ("YDK", _("square yard"), "yd²", "0.83612736"),
        ("ACR", _("acre"), "acre", "62726400000/15499969"),
        ("MIK", _("square mile"), "mi²", "2589988.110336"),
    ),
    Dimension.VOLUME: (
        ("MTQ", _("cubic metre"), "m³", 1),
        ("MMQ", _("cubic millimetre"), "mm³", "1/1000000000"),
        ("CMQ", _("cubic centimetre"), "cm³", "1/1000000"),
        ("DMQ", _("cubic decimetre"), "dm³", "1/1000"),
        ("DMA", _("cubic decametre"), "dam³", 1000),
        ("H19", _("cubic hectometre"), "hm³", 1_000_000),
        ("H20", _("cubic kilometre"), "km³", 1_000_000_000),
        ("G26", _("stere"), "st", 1),
        ("4G", _("microlitre"), "µl", "1/1000000000"),
        ("MLT", _("millilitre"), "ml", "1/1000000"),
        ("CLT", _("centilitre"), "cl", "1/100000"),
        ("DLT", _("decilitre"), "dl", "1/10000"),
        ("LTR", _("litre"), "l", "1/1000"),
        ("A44", _("decalitre"), "dal", "1/100"),
        ("HLT", _("hectolitre"), "hl", "1/10"),
        ("K6", _("kilolitre"), "kl", 1),
        ("MAL", _("megalitre"), "Ml", 1000),
        ("INQ", _("cubic inch"), "in³", "0.000016387064"),
        ("FTQ", _("cubic foot"), "ft³", "0.028316846592"),
        ("YDQ", _("cubic yard"), "yd³", "0.764554857984"),
        ("OZA", _("fluid ounce (US)"), "fl oz (US)", "0.0000295735295625"),
        ("OZI", _("fluid ounce (UK)"), "fl oz (UK)", "0.0000284130625"),
        ("PTL", _("liquid pint (US)"), "liq pt (US)", "0.000473176473"),
        ("PTI", _("pint (UK)"), "pt (UK)", "0.00056826125"),
        ("QTL", _("liquid quart (US)"), "liq qt (US)", "0.000946352946"),
        ("QTI", _("quart (UK)"), "qt (UK)", "0.0011365225"),
        ("GLL", _("gallon (US)"), "gal (US)", "0.003785411784"),
        ("GLI", _("gallon (UK)"), "gal (UK)", "0.00454609"),
        ("GLD", _("dry gallon (US)"), "dry gal (US)", "0.00440488377086"),
        ("BUA", _("bushel (US)"), "bu (US)", "0.03523907016688"),
        ("BUI", _("bushel (UK)"), "bushel (UK)", "0.03636872"),
        ("BLL", _("barrel (US)"), "bbl (US)", "0.158987294928"),
    ),
    Dimension.TIME: (
        ("SEC", _("second"), "s", 1),
        ("C47", _("nanosecond"), "ns", "1/1000000000"),
        ("B98", _("microsecond"), "µs", "1/1000000"),
        ("C26", _("millisecond"), "ms", "1/1000"),
        ("MIN", _("minute"), "min", 60),
        ("HUR", _("hour"), "h", 3600),
        ("DAY", _("day"), "d", 86_400),
        ("WEE", _("week"), "wk", 604_800),
        ("MON", _("month"), "mo", 2_629_800),
        ("QAN", _("quarter of a year"), "qtr", 7_889_400),
        ("SAN", _("half year"), "half-yr", 15_778_800),
        ("ANN", _("year"), "yr", 31_557_600),
    ),
    Dimension.TEMPERATURE: (
        ("KEL", _("kelvin"), "K", 1),
        ("CEL", _("degree Celsius"), "°C", 1, "5463/20"),
        ("FAH", _("degree Fahrenheit"), "°F", "5/9", "45967/180"),
    ),
    Dimension.ENERGY: (
        ("JOU", _("joule"), "J", 1),
        ("C15", _("millijoule"), "mJ", "1/1000"),
        ("KJO", _("kilojoule"), "kJ", 1000),
        ("3B", _("megajoule"), "MJ", 1_000_000),
        ("GV", _("gigajoule"), "GJ", 1_000_000_000),
        ("D30", _("terajoule"), "TJ", 1_000_000_000_000),
        ("WHR", _("watt hour"), "Wh", 3600),
        ("KWH", _("kilowatt hour"), "kWh", 3_600_000),
        ("MWH", _("megawatt hour"), "MWh", 3_600_000_000),
        ("GWH", _("gigawatt hour"), "GWh", 3_600_000_000_000),
        ("BTU", _("British thermal unit"), "Btu", "1055.05585262"),
        ("E14", _("kilocalorie"), "kcal", "4186.8"),
    ),
    Dimension.POWER: (
        ("WTT", _("watt"), "W", 1),
        ("C31", _("milliwatt"), "mW", "1/1000"),
        ("KWT", _("kilowatt"), "kW", 1000),
        ("MAW", _("megawatt"), "MW", 1_000_000),
        ("A90", _("gigawatt"), "GW", 1_000_000_000),
        ("HJ", _("metric horse power"), "PS", "735.49875"),
    ),
    Dimension.APPARENT_POWER: (
        ("D46", _("volt-ampere"), "VA", 1),
        ("KVA", _("kilovolt-ampere"), "kVA", 1000),
        ("MVA", _("megavolt-ampere"), "MVA", 1_000_000),
    ),
    Dimension.REACTIVE_POWER: (
        ("D44", _("var"), "var", 1),
        ("KVR", _("kilovar"), "kvar", 1000),
        ("MAR", _("megavar"), "Mvar", 1_000_000),
    ),
    Dimension.FORCE: (
        ("NEW", _("newton"), "N", 1),
        ("C20", _("millinewton"), "mN", "1/1000"),
        ("B47", _("kilonewton"), "kN", 1000),
        ("B73", _("meganewton"), "MN", 1_000_000),
        ("B37", _("kilogram-force"), "kgf", "9.80665"),
        ("C78", _("pound-force"), "lbf", "4.4482216152605"),
    ),
    Dimension.TORQUE: (
        ("NU", _("newton metre"), "N·m", 1),
        ("D83", _("millinewton metre"), "mN·m", "1/1000"),
        ("J72", _("centinewton metre"), "cN·m", "1/100"),
        ("B48", _("kilonewton metre"), "kN·m", 1000),
        ("M92", _("pound-force foot"), "lbf·ft", "1.3558179483314004"),
        ("F21", _("pound-force inch"), "lbf·in", "0.1129848290276167"),
    ),
    Dimension.PRESSURE: (
        ("PAL", _("pascal"), "Pa", 1),
        ("74", _("millipascal"), "mPa", "1/1000"),
        ("A97", _("hectopascal"), "hPa", 100),
        ("KPA", _("kilopascal"), "kPa", 1000),
        ("MPA", _("megapascal"), "MPa", 1_000_000),
        ("A89", _("gigapascal"), "GPa", 1_000_000_000),
        ("C56", _("newton per square millimetre"), "N/mm²", 1_000_000),
        ("MBR", _("millibar"), "mbar", 100),
        ("BAR", _("bar"), "bar", 100_000),
        ("ATT", _("technical atmosphere"), "at", "98066.5"),
        ("ATM", _("standard atmosphere"), "atm", 101_325),
        ("PS", _("pound-force per square inch"), "psi", "8896443230521/1290320000"),
    ),
    Dimension.SPEED: (
        ("MTS", _("metre per second"), "m/s", 1),
        ("C16", _("millimetre per second"), "mm/s", "1/1000"),
        ("2M", _("centimetre per second"), "cm/s", "1/100"),
        ("2X", _("metre per minute"), "m/min", "1/60"),
        ("H81", _("millimetre per minute"), "mm/min", "1/60000"),
        ("KMH", _("kilometre per hour"), "km/h", "5/18"),
        ("FS", _("foot per second"), "ft/s", "0.3048"),
        ("FR", _("foot per minute"), "ft/min", "0.00508"),
        ("HM", _("mile per hour"), "mi/h", "0.44704"),
        ("KNT", _("knot"), "kn", "1852/3600"),
    ),
    Dimension.FREQUENCY: (
        ("HTZ", _("hertz"), "Hz", 1),
        ("KHZ", _("kilohertz"), "kHz", 1000),
        ("MHZ", _("megahertz"), "MHz", 1_000_000),
        ("A86", _("gigahertz"), "GHz", 1_000_000_000),
    ),
    Dimension.ROTATION: (
        ("RPS", _("revolution per second"), "r/s", 1),
        ("RPM", _("revolution per minute"), "r/min", "1/60"),
    ),
    Dimension.ELECTRIC_CURRENT: (
        ("AMP", _("ampere"), "A", 1),
        ("B84", _("microampere"), "µA", "1/1000000"),
        ("4K", _("milliampere"), "mA", "1/1000"),
        ("B22", _("kiloampere"), "kA", 1000),
    ),
    Dimension.ELECTRIC_CHARGE: (
        ("COU", _("coulomb"), "C", 1),
        ("AMH", _("ampere hour"), "A·h", 3600),
    ),
    Dimension.VOLTAGE: (
        ("VLT", _("volt"), "V", 1),
        ("D82", _("microvolt"), "µV", "1/1000000"),
        ("2Z", _("millivolt"), "mV", "1/1000"),
        ("KVT", _("kilovolt"), "kV", 1000),
        ("B78", _("megavolt"), "MV", 1_000_000),
    ),
    Dimension.RESISTANCE: (
        ("OHM", _("ohm"), "Ω", 1),
        ("B49", _("kiloohm"), "kΩ", 1000),
        ("B75", _("megaohm"), "MΩ", 1_000_000),
    ),
    Dimension.CAPACITANCE: (
        ("FAR", _("farad"), "F", 1),
        ("4T", _("picofarad"), "pF", "1/1000000000000"),
        ("C41", _("nanofarad"), "nF", "1/1000000000"),
        ("4O", _("microfarad"), "µF", "1/1000000"),
    ),
    Dimension.INDUCTANCE: (
        ("81", _("henry"), "H", 1),
        ("B90", _("microhenry"), "µH", "1/1000000"),
        ("C14", _("millihenry"), "mH", "1/1000"),
    ),
    Dimension.LUMINOUS_INTENSITY: (("CDL", _("candela"), "cd", 1),),
    Dimension.LUMINOUS_FLUX: (("LUM", _("lumen"), "lm", 1),),
    Dimension.ILLUMINANCE: (("LUX", _("lux"), "lx", 1),),
    Dimension.AMOUNT_OF_SUBSTANCE: (
        ("C34", _("mole"), "mol", 1),
        ("C18", _("millimole"), "mmol", "1/1000"),
        ("B45", _("kilomole"), "kmol", 1000),
    ),
    Dimension.DENSITY: (
        ("KMQ", _("kilogram per cubic metre"), "kg/m³", 1),
        ("GL", _("gram per litre"), "g/l", 1),
        ("M1", _("milligram per litre"), "mg/l", "1/1000"),
        ("A93", _("gram per cubic metre"), "g/m³", "1/1000"),
        ("23", _("gram per cubic centimetre"), "g/cm³", 1000),
        ("B35", _("kilogram per litre"), "kg/l", 1000),
    ),
    Dimension.LINEAR_DENSITY: (
        ("KL", _("kilogram per metre"), "kg/m", 1),
        ("GF", _("gram per metre"), "g/m", "1/1000"),
        ("M31", _("kilogram per kilometre"), "kg/km", "1/1000"),
    ),
    Dimension.AREA_DENSITY: (
        ("28", _("kilogram per square metre"), "kg/m²", 1),
        ("GM", _("gram per square metre"), "g/m²", "1/1000"),
        ("25", _("gram per square centimetre"), "g/cm²", 10),
    ),
    Dimension.DYNAMIC_VISCOSITY: (
        ("C65", _("pascal second"), "Pa·s", 1),
        ("C24", _("millipascal second"), "mPa·s", "1/1000"),
        ("89", _("poise"), "P", "1/10"),
        ("C7", _("centipoise"), "cP", "1/1000"),
    ),
    Dimension.KINEMATIC_VISCOSITY: (
        ("S4", _("square metre per second"), "m²/s", 1),
        ("C17", _("square millimetre per second"), "mm²/s", "1/1000000"),
        ("91", _("stokes"), "St", "1/10000"),
        ("4C", _("centistokes"), "cSt", "1/1000000"),
    ),
    Dimension.FLOW: (
        ("MQS", _("cubic metre per second"), "m³/s", 1),
        ("MQH", _("cubic metre per hour"), "m³/h", "1/3600"),
        ("L2", _("litre per minute"), "l/min", "1/60000"),
    ),
    Dimension.INFORMATION: (
        ("A99", _("bit"), "bit", 1),
        ("AD", _("byte"), "B", 8),
        ("2P", _("kilobyte"), "kB", 8000),
        ("4L", _("megabyte"), "MB", 8_000_000),
        ("E34", _("gigabyte"), "GB", 8_000_000_000),
        ("E35", _("terabyte"), "TB", 8_000_000_000_000),
    ),
    Dimension.ANGLE: (
        ("DD", _("degree of angle"), "°", 1),
        ("D61", _("minute of angle"), "′", "1/60"),  # noqa: RUF001 -- the prime is the symbol
        ("D62", _("second of angle"), "″", "1/3600"),
    ),
    Dimension.RATIO: (
        ("P1", _("percent"), "%", "1/100"),
        ("NX", _("part per thousand"), "‰", "1/1000"),
        ("59", _("part per million"), "ppm", "1/1000000"),
    ),
}

# Code, name and symbol; a code that begins with X is a package of Recommendation 21.
_OWN: tuple[tuple[str, Text, str], ...] = (
    ("SET", _("set"), "set"),
    ("KT", _("kit"), "kit"),
    ("LS", _("lump sum"), ""),
    ("AS", _("assortment"), ""),
    ("ACT", _("activity"), ""),
    ("E48", _("service unit"), ""),
    ("E51", _("job"), ""),
    ("E49", _("working day"), ""),
    ("LH", _("labour hour"), ""),
    ("IE", _("person"), ""),
    ("E50", _("accounting unit"), ""),
    ("NMP", _("number of packs"), ""),
    ("NCL", _("number of cells"), ""),
    ("NIU", _("number of international units"), "IU"),
    ("SX", _("shipment"), ""),
    ("D63", _("book"), ""),
    ("RM", _("ream"), ""),
    ("TKM", _("tonne kilometre"), "t·km"),
    ("NM3", _("normalised cubic metre"), "Nm³"),
    ("SM3", _("standard cubic metre"), "Sm³"),
    ("ZZ", _("mutually defined"), ""),
    ("XPP", _("piece (loose)"), ""),
    ("X1A", _("steel drum"), ""),
    ("X43", _("big bag"), ""),
    ("X44", _("polybag"), ""),
    ("X4G", _("fibreboard box"), ""),
    ("X4H", _("plastic box"), ""),
    ("X5H", _("woven plastic bag"), ""),
    ("X5M", _("paper bag"), ""),
    ("X7B", _("wooden case"), ""),
    ("X8A", _("wooden pallet"), ""),
    ("X8B", _("wooden crate"), ""),
    ("XAE", _("aerosol"), ""),
    ("XAM", _("ampoule"), ""),
    ("XBA", _("barrel (package)"), ""),
    ("XBB", _("bobbin"), ""),
    ("XBD", _("board"), ""),
    ("XBE", _("bundle"), ""),
    ("XBG", _("bag"), ""),
    ("XBH", _("bunch"), ""),
    ("XBI", _("bin"), ""),
    ("XBJ", _("bucket"), ""),
    ("XBK", _("basket"), ""),
    ("XBL", _("bale, compressed"), ""),
    ("XBN", _("bale, not compressed"), ""),
    ("XBO", _("bottle"), ""),
    ("XBR", _("bar (package)"), ""),
    ("XBT", _("bolt (package)"), ""),
    ("XBX", _("box"), ""),
    ("XCA", _("can, rectangular"), ""),
    ("XCG", _("cage"), ""),
    ("XCH", _("chest"), ""),
    ("XCK", _("cask"), ""),
    ("XCL", _("coil"), ""),
    ("XCN", _("container"), ""),
    ("XCR", _("crate"), ""),
    ("XCS", _("case"), ""),
    ("XCT", _("carton"), ""),
    ("XCU", _("cup"), ""),
    ("XCX", _("can, cylindrical"), ""),
    ("XCY", _("cylinder"), ""),
    ("XDR", _("drum"), ""),
    ("XEN", _("envelope"), ""),
    ("XFR", _("frame"), ""),
    ("XGB", _("gas bottle"), ""),
    ("XIH", _("plastic drum"), ""),
    ("XIN", _("ingot"), ""),
    ("XJC", _("jerrican, rectangular"), ""),
    ("XJR", _("jar"), ""),
    ("XJY", _("jerrican, cylindrical"), ""),
    ("XKG", _("keg"), ""),
    ("XKI", _("kit (package)"), ""),
    ("XLG", _("log"), ""),
    ("XLT", _("lot"), ""),
    ("XNE", _("unpacked"), ""),
    ("XNT", _("net"), ""),
    ("XOH", _("euro pallet"), ""),
    ("XPA", _("packet"), ""),
    ("XPC", _("parcel"), ""),
    ("XPG", _("plate"), ""),
    ("XPI", _("pipe"), ""),
    ("XPK", _("package"), ""),
    ("XPL", _("pail"), ""),
    ("XPO", _("pouch"), ""),
    ("XPU", _("tray"), ""),
    ("XPX", _("pallet"), ""),
    ("XRD", _("rod"), ""),
    ("XRG", _("ring (package)"), ""),
    ("XRL", _("reel"), ""),
    ("XRO", _("roll"), ""),
    ("XSA", _("sack"), ""),
    ("XSH", _("sachet"), ""),
    ("XSL", _("slipsheet"), ""),
    ("XSM", _("sheet metal"), ""),
    ("XSO", _("spool"), ""),
    ("XST", _("sheet"), ""),
    ("XTB", _("tub"), ""),
    ("XTN", _("tin"), ""),
    ("XTU", _("tube"), ""),
    ("XTY", _("tank, cylindrical"), ""),
    ("XVI", _("vial"), ""),
    ("XVP", _("vacuum-packed"), ""),
    ("XWA", _("intermediate bulk container"), ""),
    ("XZZ", _("mutually defined (package)"), ""),
)


def _units() -> Iterator[Unit]:
    for dimension, rows in _MEASURES.items():
        for code, name, symbol, factor, *offset in rows:
            yield Unit(code, name, symbol, dimension, Fraction(factor), Fraction(*offset))
    for code, name, symbol in _OWN:
        yield Unit(code, name, symbol, Dimension.OWN)


UNITS = {each.code: each for each in _units()}
