"""A fuzzer of the importer's reader, led by the lines that an input reaches (atheris, libFuzzer).

``python -m tests.backend.sources.fuzz_reader FOLDER -runs=N`` writes an input that ends in another
error than a refusal into FOLDER. The first byte of an input chooses the kind of file.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["nabij_backend.sources.importer"]):  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    from tests.backend.sources.test_import_hostile_files import read

FILES = Path(__file__).parent / "files"
KINDS = (".csv", ".zip", ".csv.gz", ".xlsx", ".geojson", ".kml", ".json", ".txt")


def main(folder: Path, options: list[str]) -> None:
    """Fuzz, beginning with the files of the tests."""
    seeds = folder / "seeds"
    seeds.mkdir()
    for file in FILES.iterdir():
        for number, kind in enumerate(KINDS):
            if file.name.endswith(kind):
                (seeds / file.name).write_bytes(bytes([number]) + file.read_bytes())

    def read_one(data: bytes) -> None:
        if data:
            path = folder / f"sources{KINDS[data[0] % len(KINDS)]}"
            path.write_bytes(data[1:])
            read(path)

    arguments = ["fuzz_reader", *options, f"-artifact_prefix={folder}/", str(seeds)]
    atheris.Setup(arguments, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
