import * as pulumi from "@pulumi/pulumi";
import { ProgressFollower, progressFile, type TaskResult } from "./bootstrapProgress";

/**
 * Shows what Ansible does, task by task, while the command that runs it lasts.
 *
 * @param name of the command; tells the hooks of a stack apart.
 * @param run names the run's folder, see `progressFile`.
 * @param shownWith what the messages are shown with; not the command itself, which is known to Pulumi when it has ended.
 */
export function progressHooks(name: string, run: string, shownWith: pulumi.Resource): pulumi.ResourceHookBinding {
  const follower = new ProgressFollower(progressFile(run), (result) => report(result, shownWith));
  const start = new pulumi.ResourceHook(`odoo-fleet-start-${name}`, () => follower.start());
  const stop = new pulumi.ResourceHook(`odoo-fleet-stop-${name}`, () => follower.stop());
  return { beforeCreate: [start], beforeUpdate: [start], afterCreate: [stop], afterUpdate: [stop] };
}

/** What changes something stays to be read; what doesn't is shown while it lasts. A failure is the command's own error. */
function report({ role, task, status }: TaskResult, resource: pulumi.Resource): void {
  if (status === "failed" || status === "unreachable") {
    return;
  }
  const text = `${role === "" ? "" : `${role}: `}${task} (${status})`;
  void pulumi.log.info(text, resource, undefined, status !== "changed");
}
