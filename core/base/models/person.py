"""The people who work here, what they may do by training, and how they identify themselves on the floor."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.company import Site
from core.base.models.role import personnel_officer
from core.base.models.standard import least, period_problem, require, unique_by_company
from core.i18n import _
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.types import Code, Day, Email, LongText, Name, Phone


class Person(OfCompany, Model):
    """ISA-95 person: somebody who works for the company, with or without a user account."""

    __tablename__ = "base_person"
    singular = _("Person")
    plural = _("People")

    number: Mapped[Code] = field(_("Personnel number"), key=True, search=True, copy=False, personal=True)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True, personal=True)
    task: Mapped[Name | None] = field(_("Task"), track=True)
    email: Mapped[Email | None] = field(_("E-mail"), personal=True, track=True)
    phone: Mapped[Phone | None] = field(_("Telephone"), personal=True, track=True)
    site_id: Mapped[int | None] = reference(Site, _("Site"), track=True)
    site: Mapped[Site | None] = link(site_id)
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)
    qualifications: Mapped[list[PersonQualification]] = children(
        _("Qualifications"), by=lambda: PersonQualification.person, order=lambda: PersonQualification.id
    )
    badges: Mapped[list[Badge]] = children(_("Badges"), by=lambda: Badge.person, order=lambda: Badge.id)

    __table_args__ = (index("company_id", "number", unique=True),)


class Qualification(SharedByCompanies, Model):
    """ISA-95 personnel class by training: what somebody has to have learnt before doing certain work."""

    __tablename__ = "base_qualification"
    singular = _("Qualification")
    plural = _("Qualifications")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    description: Mapped[LongText | None] = field(_("Description"), listed=False)
    valid_months: Mapped[int | None] = field(
        _("Valid for, months"), help=_("Empty when it does not have to be renewed.")
    )
    active: Mapped[bool] = field(_("Active"), default=True)

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        require({"valid_months": least(self.valid_months, 1)})


class PersonQualification(Model):
    """That a person has a qualification, and until when."""

    __tablename__ = "base_person_qualification"
    singular = _("Qualification of a person")
    plural = _("Qualifications of people")

    person_id: Mapped[int] = part_of(Person, _("Person"))
    person: Mapped[Person] = link(person_id, back=lambda: Person.qualifications)
    qualification_id: Mapped[int] = reference(Qualification, _("Qualification"), key=True, track=True)
    qualification: Mapped[Qualification] = link(qualification_id)
    valid_from: Mapped[Day | None] = field(_("Valid from"), key=True, track=True)
    valid_until: Mapped[Day | None] = field(_("Valid until"), track=True, sort=True)

    __table_args__ = (index("person_id", "qualification_id", "valid_from", unique=True),)

    def check(self) -> None:
        require({"valid_until": period_problem(self.valid_from, self.valid_until)})


class Badge(Model):
    """A card or tag by which a person identifies themselves at a terminal."""

    __tablename__ = "base_badge"
    singular = _("Badge")
    plural = _("Badges")

    person_id: Mapped[int] = part_of(Person, _("Person"))
    person: Mapped[Person] = link(person_id, back=lambda: Person.badges)
    #: Whoever knows it could pass for the person, so that few may see it.
    number: Mapped[Code] = field(
        _("Number"), unique=True, key=True, roles=(personnel_officer,), track=True, personal=True
    )
    valid_from: Mapped[Day | None] = field(_("Valid from"), track=True)
    valid_until: Mapped[Day | None] = field(_("Valid until"), track=True)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    def check(self) -> None:
        require({"valid_until": period_problem(self.valid_from, self.valid_until)})
