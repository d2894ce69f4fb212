"""Runs the program without Pulumi's Python language host: automation.py up|destroy [stack]."""

import os
import sys

from program import program
from pulumi import automation


def main(command: str, stack_name: str = "dev") -> None:
    """Brings the stack up or destroys it, and prints its address."""
    folder = os.path.dirname(os.path.abspath(__file__))
    # The folder has a Pulumi.yaml, which says where the plugin is.
    options = automation.LocalWorkspaceOptions(work_dir=folder)
    stack = automation.create_or_select_stack(stack_name, "odoo-python", program, opts=options)
    if command == "destroy":
        stack.destroy(on_output=print)
        stack.workspace.remove_stack(stack_name)
    else:
        outputs = stack.up(on_output=print).outputs
        print(outputs["url"].value, "secret" if outputs["adminPassword"].secret else "plain")


main(*sys.argv[1:])
