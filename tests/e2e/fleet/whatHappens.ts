import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseImages, projectFolder } from "../../support/cliStack";
import { compose, inspectedContainer } from "../../support/compose";
import { containerIds, engine, execIn, objectsOf } from "../../support/engine";
import { formerLayout } from "../../support/formerLayout";
import { startGroup } from "../../support/group";
import { docker } from "../../support/imagesSandbox";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { addons, container, fleet, names, small, stack, summary, tenants, writeModule } from "./fleet";

/** Runs one of `tools/` on the stack, as `make` does. */
async function runTool(name: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const file = join(projectFolder, "tools", `${name}.ts`);
  const run = startGroup("node", ["--require", "tsx/cjs", file, stack.environment, ...args], {
    cwd: projectFolder,
    env: stack.environmentVariables,
  });
  const { code, output } = await run.done;
  return { code: code ?? -1, output };
}

describe("what happens to it", () => {
  let partner: number;
  const client = (name: string): OdooClient => new OdooClient(fleet.outputs.tenants[name]!.url);
  const loginAgain = (name: string): Promise<number | undefined> =>
    eventually(
      () => client(name).login(name, "admin", fleet.outputs.adminPasswords[name]!),
      (uid) => uid === 2,
    );

  /** The partner that a customer made is still there. */
  async function expectData(name: string): Promise<void> {
    const session = client(name);
    await eventually(
      () => session.login(name, "admin", fleet.outputs.adminPasswords[name]!),
      (uid) => uid === 2,
    );
    const [found] = await session.call<{ name: string }[]>("res.partner", "read", [[partner], ["name"]]);
    expect(found!.name).toBe("Customer's own");
  }

  it("takes in a customer's data", async () => {
    const session = client("small");
    await eventually(
      () => session.login("small", "admin", fleet.outputs.adminPasswords["small"]!),
      (uid) => uid === 2,
    );
    partner = await session.call<number>("res.partner", "create", [{ name: "Customer's own" }]);
    await expectData("small");
  });

  it("has nothing to do when nothing changed, also against the engine, on which an image was built again", async () => {
    expect(summary(await stack.mustUp())).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
    // The same name and another id, as from another stack whose files were sent with other modes.
    const { Config, Image } = await engine.getContainer(container("small", "odoo")).inspect();
    execFileSync("docker", ["build", "--quiet", "--tag", Config.Image, "-"], {
      input: `FROM ${Image}\nLABEL built=again\n`,
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
      stdio: "pipe",
    });
    expect((await engine.getImage(Config.Image).inspect()).Id).not.toBe(Image);
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("takes over the volumes and passwords of a state in which they were below components of their own", async () => {
    const now = (await stack.plain("stack", "export")).output;
    const put = async (state: string): Promise<void> => {
      const file = join(stack.folder, "state.json");
      writeFileSync(file, state);
      expect(await stack.plain("stack", "import", "--file", file)).toMatchObject({ code: 0 });
    };
    await put(formerLayout(now));
    // With a change of a file of Odoo's alone, which shows no other service replaced.
    stack.configure({ hosts: { local: { ...stack.host(), address: "localhost" } }, tenants });
    const { output } = await stack.run("preview");
    stack.configure({ tenants });
    await put(now);
    const changes = [...output.matchAll(/^ *(\+-|[-+~]) +[\w-]+:\S+ +(\S+) +(?:create|replace|delete|update)\b/gm)];
    expect(changes.map(([, sign, name]) => `${sign} ${name}`).sort()).toEqual([
      ...names.flatMap((name) => [`+- ${name}-config-writer`, `+- ${name}-odoo`]).sort(),
      ...names
        .flatMap((name) => [`- ${name}`, ...["nginx", "odoo", "postgres"].map((one) => `- ${name}-${one}-config`)])
        .sort(),
    ]);
  });

  /** Images of other releases. The references are of no matter: nothing is built. */
  function otherReleases(): object {
    const { images } = baseImages() as { images?: { odoo: Record<string, string>; postgres: Record<string, string> } };
    return images === undefined
      ? {}
      : {
          images: {
            ...images,
            odoo: { ...images.odoo, "18.0": images.odoo["19.0"] },
            postgres: { ...images.postgres, 16: images.postgres["17"] },
          },
        };
  }

  /** Refused by a preview and by `up`, with every part named, while the tenant keeps its containers and its data. */
  async function refused(change: object, ...named: string[]): Promise<void> {
    const before = await containerIds(stack.environment);
    stack.configure({ ...change });
    for (const result of [await stack.run("preview"), await stack.up()]) {
      expect(result.code).not.toBe(0);
      // Pulumi indents what an error says.
      const said = result.output.replace(/\n +/g, "\n");
      for (const part of ["Nothing was changed.", ...named]) {
        expect(said).toContain(part);
      }
    }
    expect(await containerIds(stack.environment)).toEqual(before);
    await expectData("small");
    stack.configure({ tenants });
  }

  it("refuses what the data doesn't survive or takes no notice of, and the tenant goes on serving", async () => {
    await refused(
      {
        ...otherReleases(),
        tenants: { ...tenants, small: { ...small, postgres: 16, odoo: "18.0", company: "Other" } },
      },
      "odoo-fleet:tenants.small.postgres\nvalue:    16\nexpected: 17, the major version",
      'odoo-fleet:tenants.small.odoo\nvalue:    "18.0"\nexpected: "19.0", the release',
      'odoo-fleet:tenants.small.company\nvalue:    "Other"\nexpected: "Small", which',
    );
    await refused(
      {
        tenants: {
          ...tenants,
          small: { ...small, modules: ["contacts"] },
          large: { ...tenants.large, modules: ["crm"] },
        },
      },
      "contacts isn't (the list applies to new databases only)",
      "visits to stay in the list",
      "odoo-fleet:tenants.large.modules",
    );
    await refused(
      { tenants: { ...tenants, small: { ...small, addons: undefined, modules: ["visits"] } } },
      "that still has visits",
    );
    writeModule("visits", "visit_first", "visit_second");
    await refused({ tenants }, "odoo-fleet:tenants.small.addons", "other code may need columns that don't exist");
  });

  it("brings up another content of an installed module after its database was updated by hand", async () => {
    writeModule("unused", "of_nobody");
    const update = `tar -chC ${addons} . | docker exec -i ${container("small", "odoo")} /opt/odoo-fleet/bin/update-modules`;
    expect(execFileSync("sh", ["-c", update], { encoding: "utf8" })).toContain(
      "updated visits; bring the new addons up",
    );
    await stack.mustUp();
    const session = client("small");
    await eventually(
      () => session.login("small", "admin", fleet.outputs.adminPasswords["small"]!),
      (uid) => uid === 2,
    );
    await session.call("res.partner", "write", [[partner], { visit_second: "kept" }]);
    const [found] = await session.call<object[]>("res.partner", "read", [[partner], ["name", "visit_second"]]);
    expect(found).toMatchObject({ name: "Customer's own", visit_second: "kept" });
    expect(summary(await stack.mustUp())).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it.each(["postgres", "odoo", "nginx"])("survives kill -9 of %s", async (service) => {
    const running = engine.getContainer(container("small", service));
    const { RestartCount } = (await running.inspect()) as unknown as { RestartCount: number };
    const { Titles, Processes } = (await running.top({ ps_args: "-o pid,ppid,comm" })) as {
      Titles: string[];
      Processes: string[][];
    };
    expect(Titles[0]).toBe("PID");
    // The first process is the engine's init; its child is the service itself.
    const init = Processes.find(([, , command]) => command === "docker-init")![0];
    const main = Processes.find(([, parent]) => parent === init)!;
    process.kill(Number(main[0]), "SIGKILL");
    await eventually(
      async () => (await running.inspect()) as unknown as { RestartCount: number; State: { Running: boolean } },
      (now) => now.RestartCount > RestartCount && now.State.Running,
    );
    await eventually(
      () => statusOf(`${fleet.outputs.tenants["small"]!.url}/web/login`),
      (status) => status === 200,
    );
    await expectData("small");
  });

  it("brings back a container that was stopped and one that was removed, by up --refresh", async () => {
    await engine.getContainer(container("small", "odoo")).stop();
    await engine.getContainer(container("large", "nginx")).remove({ force: true, v: true });
    await stack.mustUp("--refresh");
    for (const name of names) {
      await eventually(
        () => statusOf(`${fleet.outputs.tenants[name]!.url}/web/login`),
        (status) => status === 200,
      );
    }
    await expectData("small");
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("refuses to begin anew where a tenant's data is gone, also after a refresh, and goes on once it is back", async () => {
    const database = `${stack.environment}-large-database`;
    const image = (await engine.getContainer(container("large", "odoo")).inspect()).Image;
    const copy = (from: string, to: string): Promise<string> =>
      docker(
        ...["run", "--rm", "--user", "root", "--volume", `${from}:/from`, "--volume", `${to}:/to`],
        ...["--entrypoint", "cp", image, "--archive", "/from/.", "/to/"],
      );
    const ofLarge = Object.keys(await containerIds(stack.environment)).filter((name) => name.includes("-large-"));
    for (const name of ofLarge) {
      await engine.getContainer(name).remove({ force: true, v: true });
    }
    await copy(database, `${database}-aside`);
    const { Labels } = await engine.getVolume(database).inspect();
    await engine.getVolume(database).remove();
    for (const run of ["up", "up --refresh", "up after a refresh"]) {
      if (run === "up after a refresh") {
        // Now the state knows of the volume only that it was there once.
        expect(await stack.run("refresh", "--yes", "--skip-preview")).toSucceed();
        expect(await stack.exportStack()).not.toContain(`"id": "${database}"`);
      }
      const { code, output } = await stack.up(...(run === "up --refresh" ? ["--refresh"] : []));
      expect(output.replace(/\n +/g, " ")).toContain(`expected: the one with ${database}, which the stack has made`);
      expect([run, code === 0]).toEqual([run, false]);
      const left = await objectsOf(stack.environment);
      expect(left.filter((name) => name === database || name.endsWith(container("large", "postgres")))).toEqual([]);
    }
    await engine.createVolume({ Name: database, Labels });
    await copy(`${database}-aside`, database);
    await engine.getVolume(`${database}-aside`).remove();
    await stack.mustUp("--refresh");
    await loginAgain("large");
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("replaces only the containers of the tenant whose plan changes, and keeps its data", async () => {
    const before = await containerIds(stack.environment);
    stack.configure({ tenants: { ...tenants, small: { ...small, plan: "basic" } } });
    await stack.mustUp();
    const after = await containerIds(stack.environment);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(
      ["backup", "nginx", "odoo", "postgres"].map((service) => container("small", service)),
    );
    await loginAgain("small");
    await expectData("small");
    const { HostConfig } = await engine.getContainer(container("small", "odoo")).inspect();
    expect(HostConfig.Memory).toBeGreaterThan(1024 * 1024 * 1024);
  });

  const services = ["nginx", "odoo", "postgres"];
  /** Where the Compose file is, and what the engine said of the containers that it has to be the same as. */
  const composed = { folder: join(stack.folder, "compose"), containers: {} as Record<string, unknown> };

  it("refuses to lose a tenant that was left out, and keeps its data when it is decommissioned", async () => {
    stack.configure({ tenants: { large: tenants.large } });
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("odoo-fleet:tenants.small");
    expect(refused.output).toContain("state: decommissioned");
    expect(await statusOf(`${fleet.outputs.tenants["small"]!.url}/web/login`)).toBe(200);

    const objects = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-")).length;
    const written = await runTool("compose", "--tenant", "small", "--folder", composed.folder);
    expect(written).toEqual({ code: 0, output: expect.stringContaining(composed.folder) as string });
    for (const service of services) {
      composed.containers[service] = await inspectedContainer(container("small", service));
    }
    stack.configure({ tenants: { ...tenants, small: { ...tenants.small, state: "decommissioned" } } });
    const inRepository = (...words: string[]): Promise<unknown> =>
      execIn(container("small", "files"), ["sh", "-ec", `cd /var/lib/odoo-fleet/repository/files; ${words.join(" ")}`]);
    await inRepository("mv keys keys.away");
    const unproven = await stack.up();
    await inRepository("mv keys.away keys");
    expect(unproven.code).not.toBe(0);
    expect(unproven.output).toMatch(
      /tenants\.small\.state\n[^]*a last backup that can be restored[^]*snapshot of the files failed/,
    );
    expect((await objectsOf(stack.environment)).filter((name) => name.includes("-small-"))).toHaveLength(objects);
    await eventually(
      () => statusOf(`${fleet.outputs.tenants["small"]!.url}/web/login`).catch(() => 0),
      (status) => status === 200,
    );

    expect(await stack.mustUp()).toMatch(/small: its last backup is proven, after \d+ s/);
    const kept = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(kept.sort()).toEqual(["database", "filestore", "repository"].map((volume) => container("small", volume)));
    const late = await runTool("compose", "--tenant", "small", "--folder", composed.folder);
    expect(late).toEqual({ code: 1, output: expect.stringContaining("tenant small is decommissioned") as string });
  });

  it("is run by Docker Compose in the same containers, over the same data, and without its secrets in the open", async () => {
    const role = /db_password = (\S+)/.exec(readFileSync(join(composed.folder, "compose.override.yaml"), "utf8"))![1]!;
    expect(readFileSync(join(composed.folder, "compose.yaml"), "utf8")).not.toContain(role);
    try {
      expect(await compose(composed.folder, "up", "--detach")).not.toContain(role);
      const now = services.map(async (service) => [service, await inspectedContainer(container("small", service))]);
      expect(Object.fromEntries(await Promise.all(now))).toEqual(composed.containers);
      await loginAgain("small");
      await expectData("small");
    } finally {
      await compose(composed.folder, "down", "--volumes");
    }
    const kept = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(kept.sort()).toEqual(["database", "filestore", "repository"].map((volume) => container("small", volume)));
  });

  it("refuses a decommissioned tenant's return as another release, and lets it go when it is left out", async () => {
    // Without its containers, the volumes say what its data is of.
    stack.configure({ ...otherReleases(), tenants: { ...tenants, small: { ...small, postgres: 16, odoo: "18.0" } } });
    const another = (await stack.run("preview")).output.replace(/\n +/g, "\n");
    expect(another).toContain("odoo-fleet:tenants.small.postgres\nvalue:    16\nexpected: 17, the major version");
    expect(another).toContain('odoo-fleet:tenants.small.odoo\nvalue:    "18.0"\nexpected: "19.0", the release');

    stack.configure({ tenants: { large: tenants.large } });
    await stack.mustUp();
    const left = async (): Promise<string[]> =>
      (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(await left()).toEqual([container("small", "repository")]);
    expect(await stack.mustUp()).toMatch(/Resources:\n +\d+ unchanged\n/);

    // The day until which its backups are kept is over.
    const file = join(stack.folder, "state.json");
    const state = (await stack.exportStack()).replace(/"keptUntil": *"[\d-]+"/g, '"keptUntil": "2026-01-01"');
    writeFileSync(file, state);
    expect(await stack.plain("stack", "import", "--file", file)).toSucceed();
    expect(await stack.mustUp()).toContain("small: its backups were kept until 2026-01-01; the next up removes them");
    expect(await left()).toEqual([container("small", "repository")]);
    await stack.mustUp();
    expect(await left()).toEqual([]);
    expect(await statusOf(`${fleet.outputs.tenants["large"]!.url}/web/login`)).toBe(200);
  });
});
