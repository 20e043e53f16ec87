"""Medians with their spread, tables, and the machine they were measured on."""

import datetime
import json
import os
import pathlib
import platform
import re
import statistics


def spread(values, digits=0):
    """`median (lowest–highest)` of several rounds."""
    values = list(values)
    text = f"{statistics.median(values):,.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
    return text


def table(head, rows):
    """A Markdown table."""
    cells = [list(map(str, row)) for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def machine():
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return {
        "cores": os.cpu_count(),
        "cpu": cpu.group(1).strip() if cpu else platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
    }


def report(name, result, head, rows):
    """The readable table, then the same run as one line of JSON."""
    print(f"\n{name}\n\n{table(head, rows)}\n")
    moment = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    print(json.dumps({"benchmark": name, "at": moment, "machine": machine()} | result, ensure_ascii=False), flush=True)
