"""What this process is given from outside: variables of its environment, or credentials that came as files."""

from __future__ import annotations

import os
from pathlib import Path

#: The folder of credentials: systemd sets it (LoadCredential=, systemd.exec(5)), elsewhere whoever starts the process.
CREDENTIALS = "CREDENTIALS_DIRECTORY"


def variable(name: str) -> str | None:
    """The variable `name`, else what the file of this name in CREDENTIALS_DIRECTORY holds; None without either.

    So a manager of secrets hands them over where no other process reads them. Space around a credential is none of it.
    """
    given, folder = os.environ.get(name), os.environ.get(CREDENTIALS)
    if given is not None or not folder:
        return given
    file = Path(folder) / name
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None
