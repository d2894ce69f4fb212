#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""What is known of a machine's Docker engine."""

import glob
import json
import os

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: docker_engine_info
short_description: What is known of a machine's Docker engine
description:
  - Looks for the engine's program and asks the engine, if it answers.
author: odoo-fleet
"""

EXAMPLES = r"""
- name: The engine
  docker_engine_info:
  register: docker_host_engine
"""

RETURN = r"""
installed:
  description: Whether the engine's program is there.
  type: bool
  returned: always
version:
  description: Version of the engine that answers, or an empty text.
  type: str
  returned: always
unused:
  description: Whether the engine that answers has neither images nor containers.
  type: bool
  returned: always
live_restore:
  description: Whether containers outlive the engine that answers.
  type: bool
  returned: always
swarm:
  description: Whether the engine is part of a swarm, where containers can't outlive it.
  type: bool
  returned: always
containers:
  description: Names of the containers that run.
  type: list
  elements: str
  returned: always
flags:
  description: Names of the settings on the running engine's command line, which its daemon.json must not have as well.
  type: list
  elements: str
  returned: always
plain_tcp:
  description: An address of the running engine that everybody who reaches it may use, from its command line; or empty.
  type: str
  returned: always
"""


def open_address(arguments):
    """The first address of a command line that is TCP, when no client certificate is asked for."""
    if any(argument.split("=")[0] == "--tlsverify" for argument in arguments):
        return ""
    return next((part for argument in arguments for part in argument.split("=") if part.startswith("tcp://")), "")


def engine_arguments():
    """Command line of the running engine."""
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path) as comm:
                if comm.read().strip() == "dockerd":
                    with open(os.path.join(os.path.dirname(path), "cmdline")) as line:
                        return line.read().split("\0")
        except OSError:
            continue  # it has ended meanwhile
    return []


def main():
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    arguments = engine_arguments()
    result = {
        "installed": bool(module.get_bin_path("dockerd")),
        "version": "",
        "unused": False,
        "live_restore": False,
        "swarm": False,
        "containers": [],
        "plain_tcp": open_address(arguments),
        "flags": [argument[2:].split("=")[0] for argument in arguments if argument.startswith("--")],
    }
    docker = module.get_bin_path("docker")
    if docker:
        code, out, _errors = module.run_command([docker, "info", "--format", "{{json .}}"])
        info = json.loads(out) if code == 0 and out.startswith("{") else {}
        if info.get("ServerVersion"):
            result["version"] = info["ServerVersion"]
            result["unused"] = info.get("Images") == 0 and info.get("Containers") == 0
            result["live_restore"] = bool(info.get("LiveRestoreEnabled"))
            result["swarm"] = info.get("Swarm", {}).get("LocalNodeState", "inactive") == "active"
            _code, names, _errors = module.run_command([docker, "ps", "--format", "{{.Names}}"])
            result["containers"] = names.split()
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
