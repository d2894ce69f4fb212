#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Settings of the Docker engine, judged by the engine before they are in its way."""

import json
import os
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: docker_daemon_json
short_description: Settings of the Docker engine in its daemon.json
description:
  - Lays settings over those of the file that is there, and keeps all others.
  - A file that isn't valid is never replaced, as what it was meant to say would be lost; the module fails and says what is wrong.
  - The engine's program checks the new file before it replaces the old one.
options:
  path:
    description: The file.
    type: path
    required: true
  settings:
    description: Settings that the file shall have.
    type: dict
    required: true
  usual:
    description: Settings for a file that says nothing of them; of one that has settings below it, those that aren't there.
    type: dict
    default: {}
author: odoo-fleet
"""

EXAMPLES = r"""
- name: Settings of the engine
  docker_daemon_json:
    path: /etc/docker/daemon.json
    settings: { live-restore: true }
"""

RETURN = r"""
keys:
  description: Names of the settings that differ from the old file's.
  type: list
  elements: str
  returned: always
"""


def fault(module, path):
    """What the engine has against a file, or an empty text. Nothing is started."""
    dockerd = module.get_bin_path("dockerd")
    if not dockerd:
        return ""  # not installed yet; the engine that comes reads what was checked to be JSON
    code, _out, errors = module.run_command([dockerd, "--validate", "--config-file", path])
    if code == 0:
        return ""
    if "unknown flag" in errors:
        # Engines before 23.0 have no --validate. They judge the file first of all; then this one can't make its own files,
        # and ends without having touched anything.
        nowhere = tempfile.mkdtemp()
        try:
            _code, _out, errors = module.run_command(
                [dockerd, "--config-file", path, "--exec-root", nowhere, "--pidfile", "/dev/null/none"]
                + ([] if "data-root" in json.dumps(read(path)[0]) else ["--data-root", nowhere])
            )
        finally:
            shutil.rmtree(nowhere, ignore_errors=True)
        if "unable to configure the Docker daemon" not in errors:
            return ""
    return errors.strip().splitlines()[-1]


def read(path):
    """The settings of a file, and what is wrong with it."""
    try:
        with open(path) as file:
            content = file.read()
    except FileNotFoundError:
        return {}, ""
    if not content.strip():
        return {}, ""
    try:
        settings = json.loads(content)
    except ValueError as error:
        return {}, "it is not JSON: %s" % error
    if not isinstance(settings, dict):
        return {}, "it is not a JSON object"
    return settings, ""


def refuse(module, path, reason):
    module.fail_json(
        msg="%s is not valid and was not changed: %s. Correct it, or move it away (mv %s %s.invalid) if it is not needed; "
        "then run this again." % (path, reason, path, path)
    )


def main():
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "settings": {"type": "dict", "required": True},
            "usual": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    path = module.params["path"]
    old, wrong = read(path)
    if not wrong and os.path.exists(path):
        wrong = fault(module, path)
    if wrong:
        refuse(module, path, wrong)
    open_hosts = [host for host in old.get("hosts", []) if str(host).startswith("tcp://")]
    if open_hosts and not old.get("tlsverify"):
        module.fail_json(
            msg="%s opens the engine to everyone who can reach %s, which is root access. Remove it from `hosts` (the fleet "
            "connects by SSH), or require client certificates (`tlsverify`)." % (path, open_hosts[0])
        )
    usual = {
        key: dict(value, **(old.get(key) or {})) if isinstance(value, dict) else old.get(key, value)
        for key, value in module.params["usual"].items()
    }
    new = dict(old, **dict(usual, **module.params["settings"]))
    keys = sorted(key for key in new if new[key] != old.get(key))
    text = [json.dumps(settings, indent=2, sort_keys=True) + "\n" if settings else "" for settings in (old, new)]
    diff = {"before": text[0], "after": text[1]}
    if keys and not module.check_mode:
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        descriptor, candidate = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".daemon.json-")
        module.add_cleanup_file(candidate)
        with os.fdopen(descriptor, "w") as file:
            file.write(text[1])
        wrong = fault(module, candidate)
        if wrong:
            module.fail_json(msg="the engine rejects the new settings; the old ones were kept: %s" % wrong)
        os.chmod(candidate, 0o644)
        module.atomic_move(candidate, path)
    module.exit_json(changed=bool(keys), keys=keys, diff=diff)


if __name__ == "__main__":
    main()
