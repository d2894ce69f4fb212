import { createHash } from "node:crypto";
import { engine, execIn } from "../../support/engine";
import { eventually, statusOf } from "../../support/odooClient";
import { proof } from "../../support/proof";
import { archived, ask, container, firstFiles, project, repository, run } from "./fleet";

describe("what backs a tenant up", () => {
  it("has made a first backup of both a moment after the tenant is there, and says so to who watches", async () => {
    await eventually(
      () => ask("SELECT kind FROM odoo_fleet.backup WHERE last_success > extract(epoch FROM now()) - 600 ORDER BY 1"),
      (kinds) => kinds === "database\nfiles",
      180,
    );
    expect(await ask("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'")).toBe("1048576");
  });

  it("isn't what its administrator's link is in: that is made at once, and the tenant has its hash alone", async () => {
    const link = (await project.must("password-link", "--tenant", "acme")).trim().split("\n").at(-1)!;
    const [, token] = /\/odoo-fleet\/password#([\w-]{43})$/.exec(link)!;
    expect(await ask("SELECT token_hash, used_at IS NULL, expires_at > now() FROM odoo_fleet.password_link")).toBe(
      `${createHash("sha256").update(token!).digest("hex")}|t|t`,
    );
    expect(await statusOf(link)).toBe(200);
    const { code, output } = await project.run("password-link", "--tenant", "globex");
    expect(output).toContain("TENANT=globex isn't a tenant that runs with data of its own; expected one of: acme");
    expect(code).toBe(1);
  });

  it.each(["backup", "files"])("%s has no network, no rights, and only reads the data", async (service) => {
    const { Config, HostConfig, Mounts, NetworkSettings } = await engine.getContainer(container(service)).inspect();
    expect(HostConfig.NetworkMode).toBe("none");
    expect(Object.keys(NetworkSettings.Networks)).toEqual(["none"]);
    expect((await execIn(container(service), ["cat", "/proc/net/dev"])).output.trim().split("\n").slice(2)).toEqual([
      expect.stringMatching(/^ *lo:/),
    ]);
    expect(HostConfig.CapDrop).toEqual(["ALL"]);
    expect(HostConfig.CpuShares).toBe(128);
    expect(
      Mounts.filter(({ RW }) => RW)
        .map(({ Destination }) => Destination)
        .sort(),
    ).toEqual(["/var/lib/odoo-fleet/drill", repository]);
    expect(
      await run(service, "touch /var/lib/postgresql/data/x /var/lib/odoo/x /var/lib/odoo-fleet/turn/x || true"),
    ).toMatch(/(Read-only file system|No such file)/);
    const key = await run(
      service,
      "cat /etc/odoo-fleet/restic-password /etc/odoo-fleet/pgbackrest.conf 2>/dev/null || true",
    );
    const [secret] = /[0-9a-f]{64}/.exec(key)!;
    const shown = JSON.stringify([Config, HostConfig, await engine.getContainer(container(service)).top()]);
    expect(shown).not.toContain(secret);
  });

  it("takes more new files at once than fit into its memory", async () => {
    const folder = "/var/lib/odoo/filestore/acme/zz";
    await run("files", `touch ${firstFiles}`);
    const script = `for n in $(seq 400); do head -c 200000 /dev/urandom >${folder}/$n; done`;
    await run("odoo", `mkdir ${folder}; ${script}`);
    await run("files", "/opt/odoo-fleet/bin/backup-files now");
    await run("odoo", `rm -r ${folder}`);
    expect(await run("files", `ls -A ${repository} | grep restic || true`)).toBe("");
  });

  it("keeps nothing in the repository that can be read", async () => {
    await ask("INSERT INTO marks SELECT 'a very readable mark', '2000-01-01' FROM generate_series(1, 2000)");
    await archived();
    const files = await run("postgres", `find ${repository}/database -type f | wc -l`);
    expect(Number(files)).toBeGreaterThan(10);
    expect(await run("postgres", `grep -rl 'very readable' ${repository}/database || true`)).toBe("");
    const kinds = await run(
      "postgres",
      `head -qc 8 $(find ${repository}/database -name '0*-*.zst') | tr -d '\\0' | head -c 8`,
    );
    expect(kinds).toBe("Salted__");
    await ask("DELETE FROM marks");
  });

  proof("goes on after a clock that was a day ahead, and removes no snapshot then", async () => {
    const ahead = "$(($(date +%s) + 86400))";
    const count = "restic --no-cache --no-lock -r $RESTIC_REPOSITORY snapshots --json | grep -o '\"short_id\"' | wc -l";
    const snapshots = (): Promise<string> =>
      run(
        "files",
        `export RESTIC_PASSWORD_FILE=/etc/odoo-fleet/restic-password RESTIC_REPOSITORY=${repository}/files; ${count}`,
      );
    const before = Number(await snapshots());
    await run("backup", `echo ${ahead} >${repository}/database.time`);
    await run("files", `touch -d @${ahead} ${repository}/files.time ${repository}/files.forgotten`);
    const isPast = `now=$(date +%s); cd ${repository}; [ "$(cat database.time)" -le $now ] && echo yes || true`;
    const arePast = `now=$(date +%s); cd ${repository}; [ "$(stat -c %Y files.time)" -le $now ] && [ "$(stat -c %Y files.forgotten)" -le $now ] && echo yes || true`;
    await eventually(
      async () => [await run("backup", isPast), await run("files", arePast)].join(),
      (both) => both === "yes,yes",
      180,
    );
    expect(Number(await snapshots())).toBeGreaterThan(before);
  });
});
