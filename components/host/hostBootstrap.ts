import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringHost } from "../../fleet/monitoringTypes";
import type { Host, Tenant } from "../../fleet/types";
import { progressHooks } from "./bootstrapHooks";
import { contentHash, portablePath } from "../container/content";
import { renderInventory, renderPortsInventory } from "./inventory";

export interface HostBootstrapArgs {
  readonly environment: string;
  /** A host with `bootstrap: ansible`. */
  readonly host: Host;
  /** The tenants on it: a server's firewall opens their ports. */
  readonly tenants: readonly Tenant[];
  /** What watches it: the firewall opens its gateway too. Default: nothing does. */
  readonly monitored?: MonitoringHost;
  /** Runs nothing and keeps what the state has: for a host that doesn't answer. Default: false. */
  readonly frozen?: boolean;
}

/** Folder of the playbooks and roles. */
const ansibleFolder = resolve(__dirname, "..", "..", "ansible");

/**
 * Makes a machine a host, by Ansible: `ansible/site.yml` runs when the hash of the playbooks and roles changes, or what
 * is declared of the host. Its tenants come after that. Their ports, and the gateway's of monitoring, are
 * opened by a second, quick run of `ansible/ports.yml`, for which they don't wait.
 *
 * The runs are updated in place and leave nothing secret behind: their inputs hold public keys and ports alone. Taking
 * the resource away changes nothing on the machine.
 */
export class HostBootstrap extends pulumi.ComponentResource {
  /** Whether the machine is a host now; in a preview, where nothing runs, it counts as one. */
  readonly succeeded: Promise<boolean>;
  /** Unknown in the preview of a machine that isn't a host yet, and only then. */
  readonly made: pulumi.Output<unknown>;

  constructor(name: string, args: HostBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:HostBootstrap", name, {}, opts);
    const { environment, host, tenants, monitored, frozen = false } = args;
    const inventory = renderInventory(host);
    const tree = contentHash({ ansible: ansibleFolder }, "");
    const options = frozen ? { ignoreChanges: ["*"] } : {};
    const run = this.playbook(`${name}-bootstrap`, `${environment}.${host.name}`, "site", { inventory, tree }, options);
    this.succeeded = pulumi.runtime.isDryRun() ? Promise.resolve(true) : isKnown(run.stdout);
    this.made = run.id;
    if (host.connection?.kind === "ssh") {
      // Comes again after each bootstrap, which may have made the firewall anew.
      const whole = createHash("sha256").update(tree).update(inventory).digest("hex").slice(0, 12);
      const ports = renderPortsInventory(host, environment, tenants, monitored);
      const later = { ...options, dependsOn: [run] };
      this.playbook(
        `${name}-ports`,
        `${environment}.${host.name}.ports`,
        "ports",
        { inventory: ports, tree: whole },
        later,
      );
    }
    this.registerOutputs({ succeeded: this.succeeded });
  }

  /** @param run names the folder below the cache in which the run keeps its log. */
  private playbook(
    name: string,
    run: string,
    playbook: string,
    { inventory, tree }: { inventory: string; tree: string },
    options: pulumi.CustomResourceOptions,
  ): command.local.Command {
    const script = portablePath(join(ansibleFolder, "run.sh"), pulumi.getRootDirectory());
    return new command.local.Command(
      name,
      {
        create: `exec bash '${script}' ${playbook}`,
        stdin: inventory,
        // Not `triggers`: they would replace the resource.
        environment: { ODOO_FLEET_RUN: run, ODOO_FLEET_TREE: tree },
        logging: "none",
        addPreviousOutputInEnv: false,
      },
      {
        parent: this,
        ...options,
        additionalSecretOutputs: ["stdout", "stderr"],
        hooks: progressHooks(name, run, this),
      },
    );
  }
}

/**
 * What a command printed stays unknown where it failed and Pulumi goes on after an error, the first time and at an update
 * alike. Its id doesn't: at an update that failed it is that of before.
 */
function isKnown(output: pulumi.Output<string>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}
