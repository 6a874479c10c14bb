"""Draws how far each goal is met: ``python bench/plot.py RESULTS.json PICTURE.svg``.

It runs in the environment of `bench/peers`, which has matplotlib.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "nabij"
import matplotlib.pyplot as plt  # noqa: E402 - after it is told how to draw

_MET, _NOT_MET = "#00695c", "#c62828"


def main(results: Path, picture: Path) -> None:
    """Draw a bar for each result that has a goal: to the right of 1, it is met."""
    told = [each for each in json.loads(results.read_text(encoding="utf-8")) if each["goal"]]
    names = [f"{each['name']} · {each['against']}" for each in told]
    reached = [_reached(each["ratio"], each["goal"]) for each in told]
    figure, axes = plt.subplots(figsize=(10, 0.4 * len(told) + 1))
    axes.barh(names, reached, color=[_MET if each >= 1 else _NOT_MET for each in reached])
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_xlabel("of the goal that is reached; 1 and more: met")
    for place, each in enumerate(reached):
        axes.annotate(f" {each:.2f}", (each, place), va="center", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None, "Creator": None})


def _reached(ratio: float, goal: str) -> float:
    kind, bound = goal.split()
    return ratio / float(bound) if kind == "≥" else float(bound) / ratio


main(Path(sys.argv[1]), Path(sys.argv[2]))
