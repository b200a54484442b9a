"""Every benchmark there is: `python -m tests.benchmarks [--json] [--quick] [NAME …]`.

Each module of this package that has a `main` is one; it runs in a process of its own, so that none
warms or weighs on another. With --json, one object with each one's figures under its name.
"""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import tests.benchmarks


def main(arguments: list[str]) -> int:
    flags = [word for word in arguments if word.startswith("--")]
    chosen = [word for word in arguments if not word.startswith("--")] or names()
    results, failed = {}, 0
    for name in chosen:
        as_json = "--json" in flags
        if not as_json:
            print(f"== {name} ==", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}", *flags],
            stdout=subprocess.PIPE if as_json else None,
            text=True,
        )
        failed += done.returncode != 0
        if as_json and done.returncode == 0:
            results[name] = json.loads(done.stdout)
    if "--json" in flags:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    return 1 if failed else 0


def names() -> list[str]:
    """The benchmarks, by name; a module with an underscore in front is shared by them."""
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
