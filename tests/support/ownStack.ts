/** A tenant in a stack of its own, of another project than a fleet's, as who embeds the library has it. */
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTenant, type TenantSettings } from "../../components";
import { baseImages } from "./cliStack";

export class OwnStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));

  /** @param settings of the fleet without its tenants, with its environment and hosts. */
  constructor(
    private readonly settings: Omit<TenantSettings, "tenants">,
    private readonly slot: number,
  ) {}

  /** Brings it up. @param more keys of the tenant. @param refresh whether the engine is asked first what there is. */
  async up(more: object = {}, refresh = false): ReturnType<Stack["up"]> {
    return (await this.stack(more)).up({ refresh });
  }

  /** Removes it, with its data, if it is there. */
  async dispose(): Promise<void> {
    if (!existsSync(this.folder)) {
      return;
    }
    const stack = await this.stack({ state: "decommissioned", withoutLastBackup: "never used" });
    await stack.up();
    await stack.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private stack(more: object): Promise<Stack> {
    const { environment, tenant } = this.settings;
    return LocalWorkspace.createOrSelectStack(
      {
        stackName: `${environment}-${tenant}`,
        projectName: "another-team",
        program: () =>
          createTenant({ ...baseImages(), ...this.settings, tenants: { [tenant]: { slot: this.slot, ...more } } }),
      },
      {
        envVars: { PULUMI_CONFIG_PASSPHRASE: "passphrase of a test", PULUMI_SKIP_UPDATE_CHECK: "true" },
        projectSettings: {
          name: "another-team",
          runtime: "nodejs",
          backend: { url: `file://${this.folder}?metadata=skip` },
        },
      },
    );
  }
}
