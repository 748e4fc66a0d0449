"""When work is done: calendars with their shifts and exceptions."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.standard import TimeOfDay, least, require, time_problem, unique_by_company
from core.i18n import _
from core.orm.field import children, field, index, link, part_of
from core.orm.locality import ZoneName, zone_problem
from core.orm.model import Model, SharedByCompanies
from core.orm.types import Choice, Code, Day, Name


class Weekday(Choice):
    """A day of the week; the first is ISO 8601's day 1."""

    MONDAY = "monday", _("Monday")
    TUESDAY = "tuesday", _("Tuesday")
    WEDNESDAY = "wednesday", _("Wednesday")
    THURSDAY = "thursday", _("Thursday")
    FRIDAY = "friday", _("Friday")
    SATURDAY = "saturday", _("Saturday")
    SUNDAY = "sunday", _("Sunday")


class Calendar(SharedByCompanies, Model):
    """ISA-95 work calendar: the shifts of an ordinary week in a time zone, and the days that differ."""

    __tablename__ = "base_calendar"
    singular = _("Calendar")
    plural = _("Calendars")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True)
    zone: Mapped[ZoneName] = field(_("Time zone"), default="UTC", track=True)
    active: Mapped[bool] = field(_("Active"), default=True)
    shifts: Mapped[list[Shift]] = children(_("Shifts"), by=lambda: Shift.calendar, order=lambda: Shift.id)
    exceptions: Mapped[list[CalendarException]] = children(
        _("Exceptions"), by=lambda: CalendarException.calendar, order=lambda: CalendarException.day
    )

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        require({"zone": zone_problem(self.zone)})


class Shift(Model):
    """Working time on one day of the week; one that ends before it starts ends on the next day."""

    __tablename__ = "base_shift"
    singular = _("Shift")
    plural = _("Shifts")

    calendar_id: Mapped[int] = part_of(Calendar, _("Calendar"))
    calendar: Mapped[Calendar] = link(calendar_id, back=lambda: Calendar.shifts)
    weekday: Mapped[Weekday] = field(_("Weekday"), title=True, key=True)
    name: Mapped[Name] = field(_("Name"), title=True)
    starts: Mapped[TimeOfDay] = field(_("Starts"), key=True)
    ends: Mapped[TimeOfDay] = field(_("Ends"))
    break_minutes: Mapped[int] = field(_("Break, minutes"), default=0)

    __table_args__ = (index("calendar_id", "weekday", "starts", unique=True),)

    def check(self) -> None:
        endless = _("A shift ends at another time than it starts.") if self.starts == self.ends else None
        require(
            {
                "starts": time_problem(self.starts),
                "ends": time_problem(self.ends) or endless,
                "break_minutes": least(self.break_minutes, 0),
            }
        )


class CalendarException(Model):
    """A day that differs from the ordinary week: a holiday without work, or a day with hours of its own."""

    __tablename__ = "base_calendar_exception"
    singular = _("Calendar exception")
    plural = _("Calendar exceptions")

    calendar_id: Mapped[int] = part_of(Calendar, _("Calendar"))
    calendar: Mapped[Calendar] = link(calendar_id, back=lambda: Calendar.exceptions)
    day: Mapped[Day] = field(_("Day"), title=True, key=True)
    name: Mapped[Name] = field(_("Name"), title=True)
    starts: Mapped[TimeOfDay | None] = field(_("Starts"), help=_("Empty on a day without work."))
    ends: Mapped[TimeOfDay | None] = field(_("Ends"))

    __table_args__ = (index("calendar_id", "day", unique=True),)

    def check(self) -> None:
        half = bool(self.starts) != bool(self.ends)
        incomplete = _("Give both times, or neither on a day without work.") if half else None
        require(
            {
                "starts": time_problem(self.starts),
                "ends": time_problem(self.ends) or incomplete,
            }
        )
