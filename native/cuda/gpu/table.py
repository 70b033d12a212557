#!/usr/bin/env python3
"""Reads kernels.jsonl, bench.jsonl and without-graphs.jsonl of check.sh's folder; prints the tables and writes results.json."""

import json
import pathlib
import sys

# issue's targets: (part, form, type or None, least ratio) at density 0.5 of the 8B shape
TARGETS = [
    ("ffn", "threshold", "f16", 1.25),
    ("ffn", "threshold", "q8_0", 1.25),
    ("ffn", "threshold", "q4_K", 1.10),
    ("whole", "held", None, 1.35),
    ("whole", "threshold", "q4_K", 1.05),
]
KERNEL_TARGET = 0.60


def rows_of(file: pathlib.Path) -> list[dict]:
    """Every measured row, with its head's fields (device, copyGBps, shape, type)."""
    head: dict = {}
    rows = []
    for line in file.read_text().splitlines() if file.exists() else []:
        row = json.loads(line)
        if "device" in row:
            head = row
        else:
            rows.append({**head, **row})
    return rows


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
    kernels, decodes = rows_of(folder / "kernels.jsonl"), rows_of(folder / "bench.jsonl")
    without = rows_of(folder / "without-graphs.jsonl")
    head = decodes or kernels
    if not head:
        sys.exit("table.py: nothing was measured")
    print(f"{head[0]['device']}, copy {head[0]['copyGBps']:.0f} GB/s")
    for block in (kernel_table(kernels), decode_table(decodes), judged(kernels, decodes), graph_gain(decodes, without)):
        print("\n" + "\n".join(block))
    results = {"device": head[0]["device"], "copyGBps": head[0]["copyGBps"]}
    results |= {"kernels": kernels, "decode": decodes, "withoutGraphs": without}
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")


main()
