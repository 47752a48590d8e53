"""The tables of benchmarks.simulation, from its record: nothing on the page is typed."""

from __future__ import annotations

from typing import Any


def section(record: dict[str, Any]) -> str:
    """The benchmark's section of benchmarks/README.md."""
    where = record["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    lines = [
        "## Finite-width simulation",
        "",
        f"Written by `{record['recipe']}`; all numbers are in `results/simulation.json`.",
        f"{where['processor']}, {where['cores']} cores; {versions}; {where['date']}; "
        f"load average at the start {where['load_average_at_start'][0]}.",
        "",
        "Gram trajectories of one network, centred batch normalisation, ReLU, n = 16, L = 100; many small networks: n = 4, d = 128,",
        "L = 20. A ratio is how many times faster than the contender beside it; beside drawing normals, how many times slower.",
        "Dense numpy runs on one thread.",
        "",
        "| work | sampler | beside | measured | reach |",
        "|---|---|---|---|---|",
    ]
    for row in record["ratios"]:
        bound = "<=" if row.get("at_most") else ">="
        digits = 2 if row.get("at_most") else 0
        missed = "" if row["reached"] else " (missed)"
        lines.append(
            f"| {row['row']} | {row['contender']} | {row['beside']} | {row['ratio']:.{digits}f}{missed} "
            f"| {bound} {row['reach']} |"
        )
    lines += ["", "Share of one layer's time, n = 16, d = 1024:", ""]
    parts = list(dict.fromkeys(name for times in record["parts"].values() for name in times))
    lines += ["| sampler | " + " | ".join(parts) + " |", "|---" * (len(parts) + 1) + "|"]
    for sampler, times in record["parts"].items():
        whole = sum(times.values())
        cells = [f"{100 * times[name] / whole:.0f} %" if name in times else "-" for name in parts]
        lines.append(f"| {sampler} | " + " | ".join(cells) + " |")
    if record["arithmetic"]:
        lines += ["", *hardware_bound(record)]
    lines += [
        "",
        "Milliseconds along each setting, the others at n = 16, d = 1024, L = 20, 4 networks (64 for workers), 1 worker:",
        "",
    ]
    lines += ["| along | sampler | times |", "|---|---|---|"]
    for curve in record["scaling"]:
        cells = ", ".join(f"{point}: {value * 1e3:.2f}" for point, value in curve["seconds"].items())
        lines.append(f"| {curve['along']} | {curve['sampler']} | {cells} |")
    return "\n".join(lines) + "\n"


def hardware_bound(record: dict[str, Any]) -> list[str]:
    """What the processor's multiply-add rate leaves for a layer, beside what the compiled kernel takes."""
    lines = [
        "What the processor allows the compiled kernel, microseconds a layer (n = 16, d = 1024): its normals, and the two",
        "products' multiply-adds at the rate measured in registers, with nothing loaded or stored.",
        "",
        "| sampler | normals | multiply-adds alone | sum | sum of the parts above | sum / normals |",
        "|---|---|---|---|---|---|",
    ]
    for sampler, alone in record["arithmetic"].items():
        parts = record["parts"][sampler]
        normals = parts["normals"]
        lines.append(
            f"| {sampler} | {normals * 1e6:.1f} | {alone * 1e6:.1f} | {(normals + alone) * 1e6:.1f} "
            f"| {sum(parts.values()) * 1e6:.1f} | {(normals + alone) / normals:.2f} |"
        )
    return lines
