"""The proofs that the service signed, in a file on this phone."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast


class Signed(Protocol):
    """What the service answers to an act."""

    @property
    def receipt(self) -> str | None:
        """What it signed; None where it did not."""
        ...


@dataclass(frozen=True, slots=True)
class Receipts:
    """All receipts of this customer, oldest first."""

    file: Path

    def keep(self, act: Signed) -> None:
        """Keep the receipt of ``act``, where it has one."""
        if act.receipt is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="ascii") as lines:
            lines.write(json.dumps(act.receipt) + "\n")

    def all(self) -> list[str]:
        """Those that were kept."""
        if not self.file.exists():
            return []
        lines = self.file.read_text(encoding="ascii").splitlines()
        return [cast("str", json.loads(line)) for line in lines]
