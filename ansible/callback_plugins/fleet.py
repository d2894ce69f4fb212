# SPDX-License-Identifier: Apache-2.0
"""Tells what Ansible does, task by task, to people and to the program that runs it."""

from __future__ import annotations

import json
import os
import re

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: fleet
type: stdout
short_description: One line for each task of each host
description:
  - Prints one line for each task that changed something or failed, and a summary.
  - Appends every result to the file that the variable ODOO_FLEET_PROGRESS names, as one JSON object a line with host, role, task,
    status (ok, changed, skipped, failed, unreachable) and, for failures alone, message.
  - Never writes what a task was given or returned, apart from the message of a failure; and not even that where the task says
    no_log.
author: odoo-fleet
"""

# What Ansible, ssh and sudo say, and the way out. The first that matches counts.
WAYS_OUT = (
    (
        r"post-reboot test command",
        "The machine has restarted, but not every container that ran before runs again. See which, and why, by "
        "docker ps --all and docker logs NAME on the host.",
    ),
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No \S+ host key is known",
        "The machine that answers is not the one whose key is declared. If it was reinstalled, declare its new key "
        "(`hostKey`), which its console shows: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. A changed key is never "
        "accepted by itself.",
    ),
    (
        r"Permission denied|Too many authentication failures|no such identity|invalid format|UNPROTECTED PRIVATE KEY",
        "The host doesn't accept the key. Put its public half into ~/.ssh/authorized_keys of the user in `connection`, or "
        "name the right one (`identityFile`, or the SSH agent's).",
    ),
    (
        r"[Mm]issing sudo password|[Ii]ncorrect sudo password|a password is required|not in the sudoers|may not run sudo|sudo: not found"
        r"|sudo: command not found|is not allowed to run sudo|not allowed to execute|a terminal is required",
        "The user in `connection` must be able to become root: give it a line in /etc/sudoers.d (NAME ALL=(ALL) NOPASSWD: ALL), "
        "state the password that its sudo asks for as a secret (`sudoPasswords`), or log in as root.",
    ),
    (
        r"timed out|[Tt]imeout|No route to host|Connection refused|Network is unreachable|Could not resolve|"
        r"Name or service not known|Connection (closed|reset)|Data could not be sent",
        "The host doesn't answer. Check that it is running, that `connection` has its address and port, and that no "
        "firewall blocks SSH.",
    ),
    (
        r"Could not get lock|dpkg frontend lock|Unable to acquire the dpkg",
        "Another program is installing packages on the host. Wait until it has finished, then run this again.",
    ),
    (
        r"Failed to fetch|Unable to fetch|Failed to update apt cache|Temporary failure resolving",
        "The host can't reach its package mirror. Check /etc/apt/sources.list*, its name server and its internet access.",
    ),
    (
        r"dpkg was interrupted|dpkg --configure -a",
        "An earlier installation was interrupted. Run dpkg --configure -a on the host, then run this again.",
    ),
    (r"No space left on device", "The host's disk is full. Free some space, then run this again."),
)


def explain(result: dict) -> str:
    """What went wrong, in one line, with a way out where one is known."""
    parts = [str(result.get("msg", "")).strip()]
    for stream in ("module_stderr", "module_stdout", "stderr", "stdout"):
        lines = [line.strip() for line in str(result.get(stream, "")).splitlines() if line.strip()]
        if lines and (len(parts[0]) < 5 or re.search(r"non-zero return code|failed to validate|MODULE FAILURE|Module result", parts[0])):
            parts.append(lines[-1])
            break
    text = re.sub(r"\s+", " ", ": ".join(part for part in parts if part)) or "it failed without a message"
    everything = " ".join(str(result.get(key, "")) for key in ("msg", "module_stderr", "module_stdout", "stderr", "stdout"))
    way_out = next((advice for pattern, advice in WAYS_OUT if re.search(pattern, everything)), "")
    return (text[:600].rstrip(". ") + ". " + way_out).strip()


class CallbackModule(CallbackBase):
    """The plugin."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "fleet"

    def __init__(self):
        super().__init__()
        self._progress = os.environ.get("ODOO_FLEET_PROGRESS")

    def _report(self, result, status: str, message: str = "") -> None:
        task = result.task
        hidden = task.no_log or result.result.get("_ansible_no_log")
        if hidden and message:
            message = "the message is hidden, as the task handles secrets"
        name, _separator, own = task.get_name().partition(" : ")
        event = {
            "host": result.host.get_name(),
            "role": name if own else "",
            "task": own or name,
            "status": status,
        }
        if message:
            event["message"] = message
        if self._progress:
            # One write, so that lines of runs side by side never mix.
            with open(self._progress, "a", encoding="utf-8") as file:
                file.write(json.dumps(event) + "\n")
        if status in ("changed", "failed", "unreachable") or self._display.verbosity > 0:
            where = event["role"] + ": " + event["task"] if event["role"] else event["task"]
            text = event["host"] + " | " + where + " | " + status + (" | " + message if message else "")
            colour = {"changed": "yellow", "failed": "red", "unreachable": "bright red"}.get(status, "green")
            self._display.display(text, color=colour, stderr=status in ("failed", "unreachable"))

    def v2_runner_on_ok(self, result):
        self._report(result, "changed" if result.is_changed() else "ok")
        if result.task.action.endswith("debug") and "msg" in result.result and not result.task.no_log:
            self._display.display(result.host.get_name() + " | " + str(result.result["msg"]))

    def v2_runner_on_skipped(self, result):
        self._report(result, "skipped")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if ignore_errors:
            self._report(result, "ok")
            return
        failed = [item for item in result.result.get("results", []) if isinstance(item, dict) and item.get("failed")]
        self._report(result, "failed", explain(failed[0] if failed else result.result))

    def v2_runner_on_unreachable(self, result):
        self._report(result, "unreachable", explain(result.result))

    def v2_playbook_on_no_hosts_matched(self):
        pass  # a fleet without Windows machines is nothing to mention

    def v2_playbook_on_stats(self, stats):
        for host in sorted(stats.processed):
            summary = stats.summarize(host)
            counts = ", ".join("%d %s" % (summary[key], key) for key in ("ok", "changed", "skipped", "failures", "unreachable"))
            self._display.display(host + " | " + counts)
