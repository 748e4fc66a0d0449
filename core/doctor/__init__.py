"""What is wrong with a site, or soon will be: each finding has a code that docs/doctor.md explains."""

from core.doctor.examining import examine
from core.doctor.finding import Finding

__all__ = ["Finding", "examine"]
