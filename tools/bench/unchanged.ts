/** What tells of a change in what `pulumi up` and Ansible print. */

/**
 * Checks that a `pulumi up` found nothing to do.
 *
 * @param output what it printed, without colours.
 * @throws Error with the end of what changed: the time of such an `up` isn't what was to be measured.
 */
export function mustBeUnchanged(output: string): void {
  if (!/^ {4}\d+ unchanged$/m.test(output) || /^ {4}[-+~]/m.test(output)) {
    const changes = output
      .split("\n")
      .filter((line) => /\[diff: |^ {4}\S.*(unchanged|replaced|created|deleted|updated)$/.test(line));
    throw new Error(`pulumi up was to change nothing, and said:\n${changes.slice(-20).join("\n")}`);
  }
}

/**
 * Checks that a run of a playbook went through a host's tasks and changed nothing.
 *
 * @param log what `ansible/callback_plugins/fleet.py` printed: a line for each change, and a summary for each host.
 * @throws Error with the tasks that changed something, or the end of a log without a summary.
 */
export function mustBeConverged(log: string): void {
  if (!/^\S+ \| [1-9]\d* ok, 0 changed, \d+ skipped, 0 failures, 0 unreachable$/m.test(log)) {
    const changes = log.split("\n").filter((line) => line.endsWith(" | changed"));
    const told = changes.length > 0 ? changes : log.trim().split("\n").slice(-20);
    throw new Error(`the playbook was to change nothing, and said:\n${told.join("\n")}`);
  }
}
