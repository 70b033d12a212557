#!/usr/bin/env python3
"""Reads what check.sh's stages have left in its folder so far (parts/*.jsonl, *.status); prints the tables and writes results.json."""

from __future__ import annotations  # for a Python of 3.8

import json
import pathlib
import sys

# targets: (part, form, type or None, least ratio) at density 0.5 of the 8B shape
TARGETS = [
    ("ffn", "threshold", "f16", 1.25),
    ("ffn", "threshold", "q8_0", 1.25),
    ("ffn", "threshold", "q4_K", 1.10),
    ("whole", "held", None, 1.35),
    ("whole", "threshold", "q4_K", 1.05),
]
KERNEL_TARGET = 0.60


LARGEST_ERROR = 0.02
STAGES = ("build", "check", "bench")


def rows_of(folder: pathlib.Path, kind: str) -> list[dict]:
    """Every row that was measured of a kind, with its head's fields (device, copyGBps, shape, type)."""
    rows = []
    for file in sorted(folder.glob(f"parts/{kind}-*.jsonl")):
        head: dict = {}
        for line in file.read_text().splitlines():
            row = json.loads(line)
            if "device" in row:
                head = row
            else:
                rows.append({**head, **row})
    return rows


def statuses(folder: pathlib.Path) -> dict[str, list[str] | None]:
    """What became of everything in each stage; None: the stage has not run."""
    files = {stage: folder / f"{stage}.status" for stage in STAGES}
    return {stage: file.read_text().splitlines() if file.exists() else None for stage, file in files.items()}


def open_points(stages: dict[str, list[str] | None]) -> list[str]:
    lines = [f"not run  stage {stage}" for stage, said in stages.items() if said is None]
    return lines + [line for said in stages.values() for line in said or [] if line.startswith(("FAIL", "not run"))]


def near(density: float, wanted: float) -> bool:
    return abs(density - wanted) < 0.05


def kernel_table(rows: list[dict]) -> list[str]:
    lines = ["shape type  kernel         density     us     GB/s  of copy"]
    for r in rows:
        lines.append(
            f"{r['shape']:5} {r['type']:5} {r['kernel']:14} {r['density']:7.2f} {r['us']:6.2f} {r['GBps']:8.0f}  {r['ofCopy']:7.2f}"
        )
    return lines


def decode_table(rows: list[dict]) -> list[str]:
    lines = [
        "shape type  part   form       density  us/layer dense/sparse   tokens/s dense/sparse   ratio [quartiles]     "
        "bandwidth of copy  predicted here/1 TB/s/272 GB/s"
    ]
    for r in rows:
        lines.append(
            f"{r['shape']:5} {r['type']:5} {r['part']:6} {r['form']:10} {r['density']:7.3f}  "
            f"{r['denseUsPerLayer']:9.2f} / {r['usPerLayer']:7.2f}   {1e6 / r['denseUs']:9.1f} / {1e6 / r['sparseUs']:8.1f}   "
            f"{r['ratio']:.3f} [{r['low']:.3f}-{r['high']:.3f}]  {r['ffnBandwidthShare']:10.2f}  "
            f"{r['predictedHere']:14.2f} / {r['predicted1TBps']:.2f} / {r['predicted272GBps']:.2f}"
        )
    return lines


def judged(kernels: list[dict], decodes: list[dict]) -> list[str]:
    lines = []
    for r in kernels:
        if r["shape"] == "8B" and near(r["density"], 0.5) and r["kernel"] in ("up_rows", "column_product"):
            ok = "met   " if r["ofCopy"] >= KERNEL_TARGET else "missed"
            lines.append(f"{ok} {r['kernel']} {r['type']} 8B at 0.5: {r['ofCopy']:.2f} of copy bandwidth (>= {KERNEL_TARGET})")
    for part, form, kind, least in TARGETS:
        for r in decodes:
            if (r["shape"], r["part"], r["form"]) == ("8B", part, form) and near(r["density"], 0.5) and kind in (None, r["type"]):
                ok = "met   " if r["ratio"] >= least else "missed"
                lines.append(f"{ok} {part} {form} {r['type']} 8B at 0.5: {r['ratio']:.3f}x (>= {least})")
    for r in decodes:
        if r["error"] > LARGEST_ERROR:
            lines.append(f"missed {r['part']} {r['form']} {r['type']} {r['shape']}: differs by {r['error']:.1e} (<= {LARGEST_ERROR})")
    return lines


def graph_gain(decodes: list[dict], without: list[dict]) -> list[str]:
    lines = []
    for bare in without:
        for r in decodes:
            same = all(r[key] == bare[key] for key in ("shape", "type", "part", "form"))
            if same and near(r["density"], bare["density"]):
                dense, sparse = bare["denseUs"] / r["denseUs"], bare["sparseUs"] / r["sparseUs"]
                lines.append(f"CUDA graphs, {r['part']} {r['form']} {r['density']:.2f}: dense {dense:.2f}x, sparse {sparse:.2f}x faster")
    return lines


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    kernels, decodes, without = (rows_of(folder, kind) for kind in ("kernels", "decode", "without-graphs"))
    stages = statuses(folder)
    head = (decodes or kernels or [{"device": None, "copyGBps": None}])[0]
    if head["device"] is None and all(said is None for said in stages.values()):
        sys.exit("table.py: nothing was run")
    if head["device"] is not None:
        print(f"{head['device']}, copy {head['copyGBps']:.0f} GB/s")
        for block in (kernel_table(kernels), decode_table(decodes), judged(kernels, decodes), graph_gain(decodes, without)):
            print("\n" + "\n".join(block))
    if lines := open_points(stages):
        print("\n" + "\n".join(lines))
    measured = {"kernels": kernels, "decode": decodes, "withoutGraphs": without}
    results = {"device": head["device"], "copyGBps": head["copyGBps"], "stages": stages, **measured}
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")


main()
