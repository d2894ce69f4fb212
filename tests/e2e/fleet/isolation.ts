import { readFileSync } from "node:fs";
import { tenantAddresses } from "../../../fleet";
import { canConnect, containerIds, engine, execIn, query } from "../../support/engine";
import { container, fleet, names, slots, stack, subnetBase } from "./fleet";

describe("isolation", () => {
  it("keeps a tenant from the other's database and Odoo over every network", async () => {
    const [ours, theirs] = names.map((name) => tenantAddresses(subnetBase, slots[name]));
    const odoo = container("small", "odoo");
    // The same question about its own parts shows that it can be answered with yes.
    expect(await canConnect(odoo, ours!.postgresInternal, 5432)).toBe(true);
    expect(await canConnect(odoo, ours!.nginxFront, 8080)).toBe(true);
    for (const [address, port] of [
      [theirs!.postgresInternal, 5432],
      [theirs!.odooInternal, 8069],
      [theirs!.odooFront, 8069],
      [theirs!.odooFront, 8072],
      [theirs!.nginxFront, 8080],
    ] as const) {
      expect([address, port, await canConnect(odoo, address, port)]).toEqual([address, port, false]);
    }
    // Names of the other tenant mean nothing here, and its own database is the only `postgres` that it knows.
    const lookup = `import socket; print(socket.gethostbyname("postgres"))`;
    expect((await execIn(odoo, ["python3", "-c", lookup])).output.trim()).toBe(ours!.postgresInternal);
    const foreign = `import socket; socket.gethostbyname("${container("large", "odoo")}")`;
    expect((await execIn(odoo, ["python3", "-c", foreign])).code).not.toBe(0);
  });

  it("gives the database no port on the host, no way out, and no login from the host", async () => {
    const { HostConfig, NetworkSettings } = await engine.getContainer(container("small", "postgres")).inspect();
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`${stack.environment}-small-internal`]);
    const { Internal } = (await engine.getNetwork(`${stack.environment}-small-internal`).inspect()) as {
      Internal: boolean;
    };
    expect(Internal).toBe(true);
    // The host is the network's gateway. PostgreSQL's own rules keep it out, whatever password it has.
    const rules = await query(
      container("small", "postgres"),
      "postgres",
      "SELECT type, database, address FROM pg_hba_file_rules",
    );
    const { odooInternal } = tenantAddresses(subnetBase, 101);
    expect(rules).toEqual(["local|{all}|", `host|{small}|${odooInternal}`, `host|{postgres}|${odooInternal}`]);
  });

  it("hardens every container for real", async () => {
    for (const name of Object.keys(await containerIds(stack.environment))) {
      const { HostConfig, Config, Mounts } = await engine.getContainer(name).inspect();
      expect([
        name,
        HostConfig.CapDrop,
        HostConfig.SecurityOpt,
        HostConfig.ReadonlyRootfs,
        HostConfig.Privileged,
      ]).toEqual([name, ["ALL"], ["no-new-privileges:true"], true, false]);
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
      expect(HostConfig.RestartPolicy).toMatchObject({ Name: "unless-stopped" });
      expect((Config as { StopTimeout?: number }).StopTimeout).toBe(60);
      // No anonymous volume: those have a name of 64 hexadecimal digits.
      expect(Mounts.filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? ""))).toEqual([]);
      const status = (await execIn(name, ["cat", "/proc/1/status"])).output;
      expect(status).toMatch(/^CapEff:\s+0{16}$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).not.toMatch(/^Uid:\s+0\s/m);
    }
  });

  it("shows no secret in the state, the environment, arguments, processes or logs", async () => {
    const role = (await execIn(container("small", "postgres"), ["cat", "/etc/odoo-fleet/role-password"])).output.trim();
    const secrets = [role, ...Object.values(fleet.outputs.adminPasswords)];
    expect(secrets.every((secret) => secret.length >= 20)).toBe(true);
    const seen = [stack.state(), readFileSync("/proc/mounts", "utf8")];
    for (const name of Object.keys(await containerIds(stack.environment))) {
      const running = engine.getContainer(name);
      seen.push(JSON.stringify(await running.inspect()));
      seen.push(JSON.stringify(await running.top({ ps_args: "auxeww" })));
      seen.push((await running.logs({ stdout: true, stderr: true })).toString());
    }
    seen.push(JSON.stringify(await engine.getContainer(container("small", "tenant-config")).inspect()));
    for (const secret of secrets) {
      expect(seen.findIndex((text) => text.includes(secret))).toBe(-1);
    }
    // The same look does find what is in a process's environment and in the logs.
    expect(seen.some((text) => text.includes("ODOO_WORKERS="))).toBe(true);
    expect(seen.some((text) => text.includes("was cloned from the seed"))).toBe(true);
  });
});
