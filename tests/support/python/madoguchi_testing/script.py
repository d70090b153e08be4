# SPDX-License-Identifier: Apache-2.0
"""How a test script of the daemon is run: its arguments, a sandbox for each engine, its exit code."""

import argparse
import random

from madoguchi_testing.checks import finish, need_root
from madoguchi_testing.daemon import find_binary
from madoguchi_testing.sandbox import Sandbox

kEngines = ("sqlite", "postgresql")


def run_on_engines(document, name, *kinds, root=None, seeded=False):
    """Runs the checks of each kind, `kind(sandbox, binary, engine)`, on the engines that --engine
    says, all kinds of an engine in one sandbox. `root`: what root is needed for. `seeded`: kinds
    take a fourth argument, which is printed and can be given by --seed."""
    parser = argparse.ArgumentParser(description=document)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=(*kEngines, "both"), default="both")
    parser.add_argument("--only", help="run the checks with this in their name")
    if seeded:
        parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    if root:
        need_root(root)
    binary = find_binary(arguments.daemon)
    if seeded:
        print(f"seed {arguments.seed}", flush=True)
    further = (arguments.seed,) if seeded else ()
    done = []
    for engine in kEngines:
        if arguments.engine not in (engine, "both"):
            continue
        with Sandbox(f"{name}-{engine}") as sandbox:
            for kind in kinds:
                checks = kind(sandbox, binary, engine, *further)
                done.append(checks)
                checks.run(arguments.only)
    # With --only, a kind without such a check has nothing to say.
    finish([checks for checks in done if checks.passed or checks.failed_names])
