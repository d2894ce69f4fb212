#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Whether a running service has read its configuration file as it is now."""

import glob
import hashlib
import os

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: config_applied
short_description: Whether a running service has read its configuration file
description:
  - A handler is lost when Ansible is killed between the task that changes a file and the handler that has a service read it,
    and no later run would notice. This module does. It is changed while the service runs with older settings.
  - A service has read a file when it started after the file's last change, or when the file's hash was noted after a reload.
options:
  path:
    description: The configuration file.
    type: path
    required: true
  process:
    description: Name of the service's process, of which the oldest counts.
    type: str
    required: true
  state:
    description: C(checked) only asks; C(noted) writes down that the service was told to read the file.
    choices: [checked, noted]
    default: checked
    type: str
author: odoo-fleet
"""

EXAMPLES = r"""
- name: Sshd has read its settings
  config_applied:
    path: /etc/ssh/sshd_config.d/00-odoo-fleet.conf
    process: sshd
  notify: Reload sshd
"""

RETURN = r"""
pid:
  description: The process that was looked at; 0 when the service doesn't run, so that nothing is to be applied.
  type: int
  returned: always
"""

# Cleared by a boot, after which every service has read its file.
NOTES = "/run/odoo-fleet"


def start_of(pid):
    """When a process started, in seconds since the epoch."""
    with open("/proc/%s/stat" % pid) as stat:
        ticks = int(stat.read().rpartition(")")[2].split()[19])
    with open("/proc/stat") as stat:
        booted = next(int(line.split()[1]) for line in stat if line.startswith("btime"))
    return booted + ticks / os.sysconf("SC_CLK_TCK")


def oldest(name):
    """Number and start of the oldest process with this name, or zeros."""
    found = []
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path) as comm:
                if comm.read().strip() == name:
                    pid = int(path.split("/")[2])
                    found.append((start_of(pid), pid))
        except (OSError, ValueError):
            continue  # it has ended meanwhile
    return min(found) if found else (0, 0)


def main():
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "process": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["checked", "noted"], "default": "checked"},
        },
        supports_check_mode=True,
    )
    path = module.params["path"]
    if not os.path.exists(path):
        module.exit_json(changed=False, pid=0)
    started, pid = oldest(module.params["process"])
    with open(path, "rb") as config:
        current = hashlib.sha256(config.read()).hexdigest()
    note = os.path.join(NOTES, path.strip("/").replace("/", "-") + ".sha256")
    if module.params["state"] == "noted":
        if not module.check_mode:
            os.makedirs(NOTES, mode=0o755, exist_ok=True)
            with open(note, "w") as file:
                file.write(current)
        module.exit_json(changed=False, pid=pid)
    try:
        with open(note) as file:
            noted = file.read()
    except OSError:
        noted = ""
    # A second of doubt, which the kernel's start of the machine is rounded by.
    fresh = started > os.path.getmtime(path) + 1
    module.exit_json(changed=bool(pid) and noted != current and not fresh, pid=pid)


if __name__ == "__main__":
    main()
