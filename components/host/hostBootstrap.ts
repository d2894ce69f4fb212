import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../../fleet/edgeTypes";
import type { Portal } from "../../fleet/portalTypes";
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
  /** What serves the fleet's tenants by HTTPS; undefined: nothing does. */
  readonly edge?: Edge;
  /** Where customers order tenants, which the edge has to reach on this host; undefined: nowhere. */
  readonly portal?: Portal;
  /** What `sudo` asks the user in its `connection` for; a secret. Default: it asks for nothing. */
  readonly sudoPassword?: string;
  /** What the state says each of its commands was last run for, by the command's name. Default: nothing ran. */
  readonly lastRuns?: ReadonlyMap<string, string>;
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
 * The runs are updated in place and leave nothing secret behind: their inputs hold public keys and ports alone, and with
 * them the password for `sudo`, encrypted, where it asks for one. Another password by itself is no reason for a run: the next one
 * takes it. Taking the resource away changes nothing on the machine.
 */
export class HostBootstrap extends pulumi.ComponentResource {
  /** Whether the machine is a host now; in a preview, where nothing runs, it counts as one. */
  readonly succeeded: Promise<boolean>;

  constructor(name: string, args: HostBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:HostBootstrap", name, {}, opts);
    const { environment, host, tenants, monitored, edge, portal, sudoPassword, lastRuns, frozen = false } = args;
    const inventory = renderInventory(host);
    const tree = contentHash({ ansible: ansibleFolder }, "");
    const whole = hashOf(tree, inventory);
    const options = (run: string, reason: string): pulumi.CustomResourceOptions => {
      const isDone = sudoPassword !== undefined && lastRuns?.get(run) === reason;
      return frozen ? { ignoreChanges: ["*"] } : isDone ? { ignoreChanges: ["stdin"] } : {};
    };
    const site = `${name}-bootstrap`;
    // A secret can't be compared by its hash here: whoever reads the state could try passwords against it.
    const siteReason = sudoPassword === undefined ? tree : whole;
    const run = this.playbook(
      site,
      `${environment}.${host.name}`,
      "site",
      { inventory: secretIf(sudoPassword, renderInventory(host, sudoPassword)), tree: siteReason },
      options(site, siteReason),
    );
    this.succeeded = pulumi.runtime.isDryRun() ? Promise.resolve(true) : isKnown(run.stdout);
    if (host.connection?.kind === "ssh") {
      const render = (password?: string): string =>
        renderPortsInventory(host, environment, tenants, { monitored, edge, portal }, password);
      const ports = `${name}-ports`;
      // Comes again after each bootstrap, which may have made the firewall anew.
      const portsReason = sudoPassword === undefined ? whole : hashOf(whole, render());
      this.playbook(
        ports,
        `${environment}.${host.name}.ports`,
        "ports",
        { inventory: secretIf(sudoPassword, render(sudoPassword)), tree: portsReason },
        { ...options(ports, portsReason), dependsOn: [run] },
      );
    }
    this.registerOutputs({ succeeded: this.succeeded });
  }

  /** @param run names the folder below the cache in which the run keeps its log. */
  private playbook(
    name: string,
    run: string,
    playbook: string,
    { inventory, tree }: { inventory: pulumi.Input<string>; tree: string },
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

/** A short hash of texts, one after the other. */
function hashOf(...texts: readonly string[]): string {
  return texts
    .reduce((hash, text) => hash.update(text), createHash("sha256"))
    .digest("hex")
    .slice(0, 12);
}

/** The inventory, encrypted in the state where the password is part of it. */
function secretIf(sudoPassword: string | undefined, inventory: string): pulumi.Input<string> {
  return sudoPassword === undefined ? inventory : pulumi.secret(inventory);
}

/**
 * What a command printed stays unknown where it failed and Pulumi goes on after an error, the first time and at an update
 * alike. Its id doesn't: at an update that failed it is that of before.
 */
function isKnown(output: pulumi.Output<string>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}
