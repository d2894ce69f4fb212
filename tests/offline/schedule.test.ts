/** What a host does by itself while nobody applies its tenants' stacks: the agent's own program, over weeks of virtual time, and on a real engine. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { keepOnHost, type ScheduledTenant } from "../../components/schedule/schedules";
import { desiredState, type Lifecycle, nextTransitions, readActiveHours } from "../../fleet/lifecycle";
import { scheduleOf, scheduleText } from "../../fleet/lifecycle/schedule";
import { stoppedServices, wokenServices } from "../../fleet/security";
import { baseImages, docker } from "../support/imagesSandbox";

const agent = join(__dirname, "../../ansible/roles/schedule/files/odoo-fleet-schedule.sh");
const minute = 60_000;

function lifecycleOf(activeHours: string, rest: Partial<Lifecycle> = {}): Lifecycle {
  const read = readActiveHours(activeHours);
  if (read.kind !== "right") {
    throw new Error(activeHours);
  }
  return { isSuspended: false, holidays: [], activeHours: [read.hours], ...rest };
}

describe("over weeks without anybody", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-schedule-"));
  const [bin, volumes, containers] = ["bin", "volumes", "containers"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];

  beforeAll(() => {
    [bin, volumes, containers].forEach((name) => mkdirSync(name));
    // An engine of files: a volume has its line of labels, a container what it is.
    writeFileSync(
      join(bin, "docker"),
      `#!/bin/sh
cd ${folder}
case "$*" in
"volume ls"*=schedule) ls volumes | grep -e '-schedule$' || : ;;
"volume ls"*=kept) ls volumes | grep -e '-kept$' || : ;;
"volume inspect"*) shift 4; for name; do cat "volumes/$name"; done ;;
"volume rm"*) rm -f "volumes/$4" ;;
"volume create"*) for last; do :; done; echo "$*" | sed -n 's/.*environment=\\([^ ]*\\) .*host=\\([^ ]*\\) .*tenant=\\([^ ]*\\) .*\\(kept\\|seen\\)=\\(.*\\) [^ ]*$/\\1 \\2 \\3 \\4 \\5/p' >"volumes/$last" ;;
ps*) tenant=$(echo "$*" | sed 's/.*tenant=\\([^ ]*\\) .*/\\1/'); for name in "containers/dev-$tenant"-*; do name=\${name##*/}; echo "\${name##*-} $name $(cat "containers/$name")"; done ;;
start*) echo running >"containers/$2"; echo "$1 $2" >>orders ;;
stop*) echo exited >"containers/$2"; echo "$1 $2" >>orders ;;
*) echo "unknown: $*" >&2; exit 1 ;;
esac
`,
      { mode: 0o755 },
    );
    writeFileSync(join(bin, "date"), `#!/bin/sh\ncat ${folder}/now\n`, { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function have(tenant: string, text: string, state: "running" | "exited"): void {
    writeFileSync(join(volumes, `dev-${tenant}-schedule`), `dev paris ${tenant} schedule ${text}\n`);
    wokenServices.forEach((service) => writeFileSync(join(containers, `dev-${tenant}-${service}`), `${state}\n`));
  }

  /** Has cron call the agent at a moment. @returns what it ordered. */
  function call(at: Date): string[] {
    writeFileSync(join(folder, "now"), String(Math.floor(at.getTime() / 1000)));
    rmSync(join(folder, "orders"), { force: true });
    const { status, stderr } = spawnSync("sh", [agent], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
    });
    expect([status, stderr]).toEqual([0, ""]);
    const orders = join(folder, "orders");
    return existsSync(orders) ? readFileSync(orders, "utf8").trim().split("\n") : [];
  }

  const stateOf = (tenant: string): string => {
    const states = wokenServices.map((service) =>
      readFileSync(join(containers, `dev-${tenant}-${service}`), "utf8").trim(),
    );
    return states.every((one) => one === "running")
      ? "running"
      : states.includes("running")
        ? states.join()
        : "suspended";
  };

  afterEach(() => {
    readdirSync(volumes).forEach((name) => rmSync(join(volumes, name)));
    readdirSync(containers).forEach((name) => rmSync(join(containers, name)));
  });

  it("does each tenant's changes for 35 days, the first ten minutes late and the others at once, in their own zones", () => {
    const began = new Date("2026-11-27T12:00:00Z");
    const until = new Date(began.getTime() + 35 * 24 * 60 * minute);
    const tenants: Readonly<Record<string, Lifecycle>> = {
      paris: lifecycleOf("Mon-Fri 08:15-12:15,13:15-18:15 Europe/Paris", { holidays: ["2026-12-25"] }),
      night: lifecycleOf("Fri,Sat 18:00-02:00 Australia/Lord_Howe"),
      trial: lifecycleOf("Mon-Sun 00:00-24:00 UTC", { trial: new Date("2026-12-11T09:30:00Z") }),
    };
    for (const [name, lifecycle] of Object.entries(tenants)) {
      const { state } = desiredState(lifecycle, began);
      have(name, scheduleText(scheduleOf(lifecycle, state, began)!), state === "running" ? "running" : "exited");
    }
    const late = new Set<string>();
    const moments = Object.entries(tenants).flatMap(([name, lifecycle]) =>
      nextTransitions(lifecycle, began, until).map(({ at, state }) => ({ name, at, state })),
    );
    expect(moments.length).toBeGreaterThan(100);
    for (const { name, at, state } of moments.sort((one, other) => one.at.getTime() - other.at.getTime())) {
      call(new Date(at.getTime() - minute));
      expect([at, name, stateOf(name)]).not.toEqual([at, name, state]);
      call(at);
      if (!late.has(name)) {
        late.add(name);
        expect([at, name, stateOf(name)]).not.toEqual([at, name, state]);
        call(new Date(at.getTime() + 10 * minute));
      }
      expect([at, name, stateOf(name)]).toEqual([at, name, state]);
    }
    // Nobody knows what comes then.
    expect(call(new Date(until.getTime() + 7 * 24 * 60 * minute))).toEqual([]);
  }, 120_000);

  it("undoes nobody's hand: a change counts once, and what was written later begins from what is there", () => {
    const [from, change] = [new Date("2026-11-27T12:00:00Z"), new Date("2026-11-27T19:00:00Z")];
    const text = (at: Date): string =>
      [at, new Date("2027-01-01"), "running", change]
        .map((one) => (one instanceof Date ? String(one.getTime() / 1000) : one))
        .join(" ");
    have("acme", text(from), "running");
    expect(call(new Date(change.getTime() + 10 * minute))).toEqual(
      stoppedServices.map((service) => `stop dev-acme-${service}`),
    );
    // A visit wakes it, or an operator has a look.
    wokenServices.forEach((service) => writeFileSync(join(containers, `dev-acme-${service}`), "running\n"));
    expect(call(new Date(change.getTime() + 60 * minute))).toEqual([]);
    // Told anew by who was away, who has taken over.
    rmSync(join(volumes, "dev-acme-kept"));
    const later = new Date(change.getTime() + 120 * minute);
    have("acme", `${later.getTime() / 1000} ${new Date("2027-01-01").getTime() / 1000} running`, "running");
    expect(call(new Date(later.getTime() + 60 * minute))).toEqual([]);
  });

  it("leaves each change ten minutes to who made the last one, also where it took them until then", () => {
    const at = (text: string): Date => new Date(`2026-11-27T${text}Z`);
    const times = [at("12:00"), new Date("2027-01-01")].map((one) => one.getTime() / 1000);
    const changes = [at("19:00"), at("21:00")].map((one) => one.getTime() / 1000);
    have("acme", [...times, "running", ...changes].join(" "), "exited");
    expect(call(at("19:10"))).toEqual([]);
    expect(readFileSync(join(volumes, "dev-acme-kept"), "utf8")).toBe(`dev paris acme seen ${changes[0]}\n`);
    // Somebody visits it in between.
    wokenServices.forEach((service) => writeFileSync(join(containers, `dev-acme-${service}`), "running\n"));
    expect(call(at("20:00"))).toEqual([]);
    wokenServices.forEach((service) => writeFileSync(join(containers, `dev-acme-${service}`), "exited\n"));
    expect(call(at("21:09"))).toEqual([]);
    expect(call(at("21:10"))).toHaveLength(4);
    expect(readFileSync(join(volumes, "dev-acme-kept"), "utf8")).toBe(`dev paris acme kept running ${changes[1]}\n`);
  });

  it("tries again what didn't work, and doesn't say that it did", () => {
    const change = new Date("2026-11-27T19:00:00Z").getTime() / 1000;
    have("acme", `${change - 9} ${change + 999999} suspended ${change}`, "exited");
    rmSync(join(containers, "dev-acme-backup"));
    writeFileSync(join(folder, "now"), String(change + 601));
    const run = (): ReturnType<typeof spawnSync> =>
      spawnSync("sh", [agent], { encoding: "utf8", env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` } });
    expect(run().stderr).toMatch(/acme isn't running: it has no container of backup\n.*it is tried again in a minute/);
    expect(readdirSync(volumes)).toEqual(["dev-acme-schedule"]);
    writeFileSync(join(containers, "dev-acme-backup"), "exited\n");
    expect(run().stderr).toBe("");
    expect([stateOf("acme"), readdirSync(volumes).sort()]).toEqual(["running", ["dev-acme-kept", "dev-acme-schedule"]]);
  });
});

describe("on an engine", () => {
  const engine = new Docker();
  const environment = `test-schedule-${process.pid}`;
  const place = { environment, host: "paris", engine, by: "portal" };
  const label = (name: string, value: string): string[] => ["--label", `odoo-fleet.${name}=${value}`];
  const own = [...label("environment", environment), ...label("host", "paris"), ...label("tenant", "acme")];
  const alone = (_: string, keep: (tenant: ScheduledTenant) => Promise<void>): Promise<void> => keep(acme);
  let acme: ScheduledTenant;

  beforeAll(async () => {
    const sleeping = ["--init", "--restart", "unless-stopped", "--entrypoint", "sleep", baseImages().nginx, "3600"];
    for (const service of wokenServices) {
      await docker(
        "run",
        "--detach",
        "--name",
        `${environment}-acme-${service}`,
        ...own,
        ...label("service", service),
        ...sleeping,
      );
    }
  });
  afterAll(async () => {
    for (const service of wokenServices) {
      await docker("rm", "--force", `${environment}-acme-${service}`);
    }
    await docker("volume", "rm", "--force", ...["schedule", "kept"].map((name) => `${environment}-acme-${name}`));
  });

  const running = async (): Promise<string[]> => {
    const said = await docker(
      "ps",
      "--filter",
      `label=odoo-fleet.environment=${environment}`,
      "--format",
      "{{.Names}}",
    );
    return said
      .split("\n")
      .filter(Boolean)
      .map((name) => name.split("-").at(-1)!)
      .sort();
  };
  const labelOf = (volume: string, name: string): Promise<string> =>
    docker(
      "volume",
      "inspect",
      "--format",
      `{{index .Labels "odoo-fleet.${name}"}}`,
      `${environment}-acme-${volume}`,
    ).catch(() => "");
  const call = (): string => execFileSync("sh", [agent, environment], { encoding: "utf8" });

  /** Active from so many minutes ago on, or until then. */
  function hours(fromMinutes: number, toMinutes: number): Lifecycle {
    const clock = (minutes: number): string => new Date(Date.now() + minutes * minute).toISOString().slice(11, 16);
    return lifecycleOf(`Mon-Sun ${clock(fromMinutes)}-${clock(toMinutes)} UTC`);
  }

  it("stops a tenant when its hours have ended, and what applies its stack finds that and what it knows of", async () => {
    acme = { name: "acme", host: "paris", lifecycle: hours(-180, -20), made: "running" };
    // The last word of who is away now.
    await keepOnHost(place, [acme], new Date(Date.now() - 60 * minute), alone);
    expect(await running()).toEqual([...wokenServices].sort());
    expect(call()).toBe(`odoo-fleet: acme of ${environment} is suspended, by its schedule\n`);
    expect(await running()).toEqual([]);
    expect(await labelOf("kept", "kept")).toMatch(/^suspended \d+$/);
    expect(call()).toBe("");
    // It is back. What is due is an `up`, and what the host did stays until then.
    const told = await labelOf("schedule", "schedule");
    await keepOnHost(place, [acme], new Date(), alone);
    expect([await running(), await labelOf("schedule", "schedule")]).toEqual([[], told]);
    acme = { ...acme, made: "suspended" };
    await keepOnHost(place, [acme], new Date(), alone);
    expect([await labelOf("kept", "kept"), await running()]).toEqual(["", []]);
    expect(await labelOf("schedule", "schedule")).toMatch(/^\d+ \d+ suspended /);
  });

  it("takes back what a host did of which nobody else would: the customer wants it to run now", async () => {
    acme = { name: "acme", host: "paris", lifecycle: hours(-180, -20), made: "running" };
    await docker("start", ...wokenServices.map((service) => `${environment}-acme-${service}`));
    await docker("volume", "rm", `${environment}-acme-schedule`);
    await keepOnHost(place, [acme], new Date(Date.now() - 60 * minute), alone);
    call();
    expect(await running()).toEqual([]);
    acme = { ...acme, lifecycle: { ...acme.lifecycle, activeHours: [] } };
    await keepOnHost(place, [acme], new Date(), alone);
    expect([await running(), await labelOf("kept", "kept"), await labelOf("schedule", "schedule")]).toEqual([
      [...wokenServices].sort(),
      "",
      "",
    ]);
  });

  it("forgets tenants that aren't there any more", async () => {
    acme = { name: "acme", host: "paris", lifecycle: hours(-20, 60), made: "running" };
    await keepOnHost(place, [acme], new Date(), alone);
    expect(await labelOf("schedule", "schedule")).not.toBe("");
    await keepOnHost({ ...place, by: "declared" }, [], new Date(), alone, true);
    await keepOnHost(place, [acme], new Date(), alone, true);
    await keepOnHost(place, [], new Date(), alone);
    expect(await labelOf("schedule", "schedule")).not.toBe("");
    await keepOnHost(place, [], new Date(), alone, true);
    expect(await labelOf("schedule", "schedule")).toBe("");
  });
});
