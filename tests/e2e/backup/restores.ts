import { containerIds, engine, objectsOf } from "../../support/engine";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { proof } from "../../support/proof";
import {
  administrator,
  archivedSince,
  ask,
  container,
  environment,
  mark,
  marks,
  project,
  prove,
  repository,
  restoredTo,
  run,
  url,
} from "./fleet";

describe("a restore", () => {
  let between: string;
  let attachment: number;

  it("refuses a time that can't be, and a tenant that isn't there", async () => {
    expect(await restoredTo("--at", "2999-01-01 00:00")).toMatchObject({
      code: 1,
      output: expect.stringContaining("is in the future") as string,
    });
    expect((await restoredTo("--at", "yesterday")).output).toContain('AT, "yesterday", isn\'t a time.');
    expect((await restoredTo("--at", "2025-01-01 00:00")).output).toMatch(
      /no backup is as old as 2025-01-01 00:00:00.000\+00: the oldest one that is kept ended at \d{4}-[-0-9]+ [:0-9]+\+00/,
    );
    expect((await project.run("restore", "--tenant", "acne")).output).toContain(
      "isn't declared; expected one of: acme",
    );
  });

  it("to a moment between two writes brings back the first and not the second, and a file that is gone", async () => {
    const client = new OdooClient(url);
    expect(await client.login("acme", "admin", administrator.password)).toBe(2);
    const datas = Buffer.from("a customer's file").toString("base64");
    [attachment] = await client.call<[number]>("ir.attachment", "create", [[{ name: "scan.bin", datas }]]);
    const name = await ask(`SELECT store_fname FROM ir_attachment WHERE id = ${attachment}`);
    const has = `restic --no-cache --no-lock -r ${repository}/files -p /etc/odoo-fleet/restic-password ls latest /acme/${name}`;
    await eventually(
      () => run("files", `${has} | grep -c '^/acme/${name}$'`),
      (count) => count === "1",
    );
    await mark("first");
    // The file goes, as by Odoo's own cleaning, after the moment and before the snapshot that follows it.
    between = await ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");
    await mark("second");
    await client.call("ir.attachment", "unlink", [[attachment]]);
    await run("odoo", `rm /var/lib/odoo/filestore/acme/${name}`);
    await eventually(
      () => run("files", `${has} | grep -c '^/acme/${name}$' || true`),
      (count) => count === "0",
    );

    const { code, output } = await restoredTo("--at", between);
    expect(output).toContain("the first after that time");
    expect(output).toMatch(/1 files are from the snapshot of/);
    expect(output).toMatch(/checked: tables, indexes and the checksum of every page; \d+ files are named/);
    expect(code).toBe(0);
    expect(output).not.toContain(administrator.password);
    // What recovery fetched ahead of what it read is gone.
    expect(await run("postgres", 'ls "$(dirname "$PGDATA")"')).toBe("pgdata");
    await eventually(
      () => statusOf(`${url}/web/login`),
      (status) => status === 200,
    );
    expect(await marks()).toBe("first");
    const again = new OdooClient(url);
    expect(await again.login("acme", "admin", administrator.password)).toBe(2);
    const [file] = await again.call<{ datas: string }[]>("ir.attachment", "read", [[attachment], ["datas"]]);
    expect(file!.datas).toBe(datas);
  });

  it("leaves the declaration and the stack as they should be, and the old volumes until it is confirmed", async () => {
    expect(project.declared()).toMatch(/ {4}acme: # ours\n {6}slot: 781\n {6}restored: 1\n$/);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
    const volumes = async (): Promise<string[]> =>
      (await objectsOf(environment)).filter((name) => /-(database|filestore|repository)/.test(name));
    const [database, filestore] = [container("database"), container("filestore")];
    const now = [`${database}-1`, `${filestore}-1`, container("repository")];
    expect(await volumes()).toEqual([database, filestore, ...now].sort());
    expect((await restoredTo()).output).toContain("an earlier restore waits to be confirmed first");
    await project.must("restore", "--tenant", "acme", "--confirm");
    expect(await volumes()).toEqual(now);
    expect((await restoredTo("--confirm")).code).toBe(1);
    expect(Object.keys(await containerIds(environment))).toHaveLength(5);
  });

  it("has every write that was acknowledged, also after the time went back once, where the plan was larger before, and when the server was killed", async () => {
    // What a larger plan's server writes down, which one of a smaller plan reads.
    for (const setting of ["SET max_connections = 99", "RESET max_connections"]) {
      await ask(`ALTER SYSTEM ${setting}`);
      await engine.getContainer(container("postgres")).restart();
      await eventually(
        () => mark(setting).catch(() => ""),
        (time) => time !== "",
      );
    }
    const acknowledged = await mark("after the restore");
    // What is older than the minute that may be lost is archived by then, without anybody's help: no backup has woken the server since it
    // was started.
    await archivedSince(acknowledged);
    // The helper reads what the server keeps of it, and has told how long that was.
    expect(await run("backup", "odoo-fleet-backup figures")).toMatch(/^odoo_fleet_wal_waiting_seconds \d+(\.\d+)?$/m);
    await engine.getContainer(container("postgres")).kill();
    const said = await prove();
    await engine.getContainer(container("postgres")).start();
    const [, last] = /last transaction: (.*)/.exec(said)!;
    expect(Date.parse(last!)).toBeGreaterThanOrEqual(Math.floor(Date.parse(acknowledged)));
    expect(said).not.toContain("failed");
  });

  proof("is undone as long as it isn't confirmed, and what was written meanwhile is kept until that is", async () => {
    await eventually(
      () => mark("before the restore that is undone").catch(() => ""),
      (time) => time !== "",
    );
    const before = await marks();
    expect((await restoredTo("--undo")).output).toContain("there is no finished restore of acme that waits");
    expect((await restoredTo()).output).toContain("make restore TENANT=acme UNDO=yes");
    await mark("on what was restored");
    const volumes = async (): Promise<string[]> =>
      (await objectsOf(environment)).filter((name) => /-database(-\d+)?$/.test(name));
    const [own, restored] = [`${container("database")}-1`, `${container("database")}-2`];

    const { code, output } = await restoredTo("--undo");
    expect([code, output]).toEqual([0, expect.stringContaining("serves what it had before the restore")]);
    expect(await marks()).toBe(before);
    expect(project.declared()).toMatch(/ {6}restored: 1\n$/);
    expect(await volumes()).toEqual([own, restored]);
    await eventually(
      () => statusOf(`${url}/web/login`),
      (status) => status === 200,
    );
    expect(await new OdooClient(url).login("acme", "admin", administrator.password)).toBe(2);
    expect((await restoredTo()).output).toContain("an earlier restore waits to be confirmed first");
    await project.must("restore", "--tenant", "acme", "--confirm");
    expect(await volumes()).toEqual([own]);
    // Its backups go on, on a way of their own.
    await archivedSince(await mark("after it was undone"));
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
  });
});
