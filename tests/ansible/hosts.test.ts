import { docker } from "../support/imagesSandbox";
import {
  attempt,
  machineState,
  type PlaybookHost,
  type PlaybookResult,
  runPlaybook,
  tasksOf,
  type TestHost,
  TestHosts,
} from "../support/hosts";
import { makeWorkloadImage, reachable, serve } from "../support/hosts/workload";

const hosts = new TestHosts("test-ansible-hosts", "10.130.1");

/**
 * A machine: release, who logs in, and where a run is killed: each time a handler is due and lost. Both have systemd; a
 * machine with init scripts is in proofs/ubuntu.test.ts.
 */
const machines = [
  { release: "bookworm", number: 12, user: "admin", killAfter: "firewall: Write the firewall rules" },
  { release: "trixie", number: 13, user: "root", killAfter: "docker_host: Write the engine's settings" },
] as const;
type Machine = (typeof machines)[number];

/** By number. */
const members: Record<number, PlaybookHost> = {};
const hostOf = ({ number }: Machine): TestHost => members[number]!.host;
const all = (): PlaybookHost[] => machines.map(({ number }) => members[number]!);
/** Each machine's answer to the same question, asked at the same time. */
const each = <T>(ask: (machine: Machine) => Promise<T>): Promise<T[]> => Promise.all(machines.map(ask));
/** From bare to ready: one run of Ansible for all machines, as a fleet's hosts are, but for what is killed. */
let runs: Record<"check" | "first" | "second", PlaybookResult>;
let killed: PlaybookResult[];
/** What is on each machine before and after the check. */
let unchanged: { readonly before: string[]; readonly after: string[] };
let outsider: Awaited<ReturnType<TestHosts["outsider"]>>;
/** A key that no host knows yet: an operator's. */
let operatorKey = "";

async function start({ release, number, user }: Machine): Promise<void> {
  const host = await hosts.host(release, number, [], "systemd");
  members[number] = {
    host,
    user,
    variables: {
      base_locale: release === "bookworm" ? "en_US.UTF-8" : "C.UTF-8",
      users_login: user,
      users_operators: [{ name: "olga", keys: [operatorKey], sudo: ["/usr/bin/docker ps"] }],
      docker_host_user: user,
      docker_host_address_pools: [{ base: `10.13${number - 7}.0.0/16`, size: 24 }],
      firewall_environment: "test-ansible",
      firewall_allow: [{ port: 24900, comment: "a service of the host" }],
      firewall_published: [
        { address: host.address, port: 24010 },
        { address: host.address6, port: 24010 },
        { address: "127.0.0.1", port: 24040 },
      ],
    },
  };
}

beforeAll(async () => {
  await hosts.start();
  const file = `${hosts.folder}/operator`;
  await attempt("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "olga", "-f", file]);
  operatorKey = (await attempt("cat", [`${file}.pub`])).output.trim();
  outsider = await hosts.outsider(50);
  await docker("exec", "--detach", outsider.name, "python3", "-m", "http.server", "8000");
  await each(start);
  const before = await each((machine) => hostOf(machine).exec(machineState));
  const check = await runPlaybook(hosts, "site.yml", all(), { arguments: ["--check"] });
  unchanged = { before, after: await each((machine) => hostOf(machine).exec(machineState)) };
  killed = await each(({ number, killAfter }) => runPlaybook(hosts, "site.yml", [members[number]!], { killAfter }));
  const first = await runPlaybook(hosts, "site.yml", all());
  runs = { check, first, second: await runPlaybook(hosts, "site.yml", all()) };
  // Five runs of Ansible, and packages that are installed on all hosts: a minute each where every core is busy.
}, 1_200_000);

afterAll(() => hosts.clean());

describe.each(machines)("Debian $release", (machine) => {
  const { release, user } = machine;
  const index = machines.indexOf(machine);
  const host = (): TestHost => hostOf(machine);

  it("is checked while it is bare, and a check changes nothing", () => {
    const { check } = runs;
    expect(check.output).not.toMatch(/WARNING|DEPRECATION/);
    expect(check).toSucceed();
    expect(tasksOf(check, "changed", host().name)).toEqual(
      expect.arrayContaining(["docker_host: Install the engine's packages", "users: Disable password logins"]),
    );
    expect(unchanged.after[index]!.split("\n")).toEqual(unchanged.before[index]!.split("\n"));
  });

  it("is a host after a run that follows a killed one, and the next run changes nothing", () => {
    const { first, second } = runs;
    expect(killed[index]!.code).not.toBe(0);
    expect(first).toSucceed();
    expect([second.code, tasksOf(second, "changed", host().name)]).toEqual([0, []]);
    expect(second.output).not.toMatch(/WARNING|DEPRECATION/);
  });

  it("made good what the killed run left undone: services have read the files that it wrote", async () => {
    // Both killed runs had written a file of which its service knew nothing; see the points where they were killed.
    const info = await host().exec(
      "docker info --format '{{.LiveRestoreEnabled}} {{.LoggingDriver}} {{json .DefaultAddressPools}}'",
    );
    expect(info).toMatch(/^true json-file \[\{"Base":"10\.13[56]\.0\.0\/16","Size":24\}\]$/);
  });

  it("opens to keys alone", async () => {
    expect(await host().ssh(user, "true")).toSucceed();
    const methods = ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"];
    // sshd names the methods that it still offers.
    expect((await host().ssh("guest", "true", methods)).output).toMatch(/Permission denied \(publickey\)/);
    const root = await host().ssh("root", "true");
    expect(root.code).toBe(user === "root" ? 0 : 255);
  });

  it("lets an operator in with a key and run the declared command as root, and no other", async () => {
    const as = ["-i", `${hosts.folder}/operator`];
    const login = (command: string): Promise<{ code: number; output: string }> => host().ssh("olga", command, as);
    expect(await login("id --user --name")).toEqual({ code: 0, output: "olga\n" });
    expect((await login("sudo --non-interactive /usr/bin/docker ps --quiet")).code).not.toBe(0);
    expect(await login("sudo --non-interactive /usr/bin/docker ps")).toSucceed();
    expect((await login("sudo --non-interactive /bin/sh -c id")).output).toMatch(/password is required/);
  });

  it("keeps the engine from users other than the fleet's", async () => {
    expect((await host().ssh(user, "docker version --format '{{.Server.Os}}'")).output).toBe("linux\n");
    const other = await host().ssh("guest", "docker version");
    expect([other.code, other.output]).toEqual([1, expect.stringMatching(/permission denied/)]);
    expect(await host().exec("ss -Hltnp | grep '\"dockerd\"' || true")).toBe("");
  });

  it("is looked after by systemd", async () => {
    expect(await host().exec("cat /proc/1/comm")).toBe("systemd");
    const enabled = "systemctl is-enabled docker.service odoo-fleet-firewall.service cron.service";
    expect(await host().exec(enabled)).toBe("enabled\nenabled\nenabled");
    expect(await host().exec("systemctl --failed --plain --no-legend")).toBe("");
    expect(await host().exec("systemd-analyze cat-config systemd/journald.conf")).toContain("SystemMaxUse=");
  });

  it("has the kernel keep the slots' ports free", async () => {
    expect(await host().exec("cat /proc/sys/net/ipv4/ip_local_reserved_ports")).toBe("20000-29999");
  });

  it("has what every host has", async () => {
    const programs = ["curl", "git", "nft", "unattended-upgrade", ...(release === "trixie" ? ["docker compose"] : [])];
    for (const program of programs) {
      expect(await host().exec(`${program} --version 2>&1 || ${program} version`)).toMatch(/./);
    }
    const locale = release === "bookworm" ? "en_US.utf8" : "C.utf8";
    expect((await host().exec("locale -a")).split("\n")).toContain(locale);
  });
});

describe("both machines", () => {
  it("let only declared ports answer, also after a restart of the engine and of the machine", async () => {
    await each(declaredPortsAlone);
  });

  it("open and close ports in seconds, and cut off nobody else", async () => {
    const others = machines.map((machine) => {
      const member = members[machine.number]!;
      const published = [{ address: member.host.address, port: 24020 }];
      return { ...member, variables: { ...member.variables, firewall_published: published } };
    });
    const run = await runPlaybook(hosts, "ports.yml", others);
    expect(run).toSucceed();
    for (const { host } of all()) {
      expect(tasksOf(run, "changed", host.name)).toEqual([
        "firewall: Open the declared ports",
        "firewall: Load the firewall rules",
      ]);
    }
    const targets = all().flatMap(({ host }) => [24010, 24020].map((port) => `${host.address} ${port}`));
    expect(await reachable(outsider.name, targets)).toEqual(targets.filter((target) => target.endsWith(" 24020")));
    // Another environment on the same host keeps its own list.
    const neighbours = all().map((member) => ({
      ...member,
      variables: { ...member.variables, firewall_environment: "neighbour" },
    }));
    await runPlaybook(hosts, "ports.yml", neighbours);
    expect(await reachable(outsider.name, targets)).toEqual(targets);
  });

  it("let who comes to a declared port wait while nobody listens there, instead of refusing him", async () => {
    await each(async (machine) => {
      const host = hostOf(machine);
      const target = `${host.address} 24020`;
      await host.exec("docker network disconnect bridge undeclared");
      const asked = connects(outsider.name, target, 30);
      // The kernel of the client tries after one second, then after two, then after four.
      expect(await connects(outsider.name, target, 2)).toBe("TimeoutError");
      // Its server listens already: a container that starts is published a moment before its program listens, and itself refuses who tries just then.
      await host.exec("docker network connect bridge undeclared");
      expect(await asked).toBe("connected");
      // What isn't there to be refused wouldn't be seen to be.
      expect(await connects(outsider.name, `${outsider.address} 24020`, 2)).toBe("ConnectionRefusedError");
    });
  });

  it("take away what a former operator had", async () => {
    const left = all().map((member) => ({ ...member, variables: { ...member.variables, users_operators: [] } }));
    expect(await runPlaybook(hosts, "site.yml", left, { arguments: ["--tags", "users"] })).toSucceed();
    for (const { host } of all()) {
      expect((await host.ssh("olga", "true", ["-i", `${hosts.folder}/operator`])).code).toBe(255);
      expect(await host.exec("ls /etc/sudoers.d; id --groups --name olga")).not.toMatch(/odoo-fleet/);
    }
  });

  it("clean up without touching a volume or an image in use", async () => {
    await each(async (machine) => {
      const host = hostOf(machine);
      await host.exec(
        "docker volume create keep && docker tag workload odoo-fleet/old:1 && docker tag workload odoo-fleet/used:1",
      );
      await host.exec("/etc/cron.weekly/odoo-fleet");
      expect(await host.exec("docker volume ls --quiet")).toBe("keep");
      expect(await host.exec("docker images --quiet workload")).not.toBe("");
    });
  });

  it("don't lose what is a fleet's to somebody who prunes the engine", async () => {
    await each(async (machine) => {
      const { release, user } = machine;
      const host = hostOf(machine);
      const own = "--label odoo-fleet.environment=dev";
      await host.exec(`docker volume create ${own} data && docker volume create theirs &&
        docker network create ${own} --subnet 10.13${machine.number - 7}.9.0/28 internal &&
        docker create ${own} --name asleep --volume data:/data workload true`);
      for (const prune of ["docker volume prune --force", "docker system prune --force --volumes"]) {
        expect(await host.ssh(user, prune)).toSucceed();
        await host.exec(prune);
      }
      const left = await host.exec(
        "docker volume ls --quiet; docker network ls --quiet --filter name=internal; docker ps --all --quiet --filter name=asleep",
      );
      expect(left).toMatch(/^data$/m);
      // The engine of Debian 12 removes volumes with names that no container has, and those are what is left out for it.
      if (release === "bookworm") {
        expect(left).not.toMatch(/^theirs$/m);
        expect(left.match(/^[0-9a-f]{12}$/gm)).toHaveLength(2);
      }
      await host.exec("docker rm --force asleep; docker network rm internal; docker volume rm --force data theirs");
    });
  });

  it("stop a tenant when its schedule says so: cron looks each minute", async () => {
    const own = "--label odoo-fleet.environment=dev --label odoo-fleet.host=own --label odoo-fleet.tenant=acme";
    await each(async (machine) => {
      const host = hostOf(machine);
      // It ended half an hour ago.
      await host.exec(`now=$(date +%s)
        for service in postgres odoo backup files; do
          docker run --detach --init --restart unless-stopped --name dev-acme-$service ${own} \\
            --label odoo-fleet.service=$service workload /bin/busybox sleep 3600 || exit
        done
        docker volume create ${own} --label odoo-fleet.service=schedule \\
          --label "odoo-fleet.schedule=$((now - 3600)) $((now + 86400)) running $((now - 1800))" dev-acme-schedule`);
      const running = "docker ps --quiet --filter label=odoo-fleet.tenant=acme";
      await host.exec(`for i in $(seq 90); do [ -n "$(${running})" ] || break; sleep 1; done`);
      expect(await host.exec(running)).toBe("");
      const kept = "docker volume inspect --format '{{json .Labels}}' dev-acme-kept";
      expect(await host.exec(kept)).toMatch(/"odoo-fleet.kept":"suspended \d+"/);
      const log = "journalctl --identifier odoo-fleet-schedule --output cat";
      expect(await host.exec(log)).toBe("odoo-fleet: acme of dev is suspended, by its schedule");
    });
  });

  it("are updated one after the other, the next one when the tenants of the last one run again", async () => {
    const restart = "maintenance: Restart the machine and wait until the same containers run again";
    await each((machine) => hostOf(machine).exec("touch /run/reboot-required"));
    // A machine that has just started may lose its connections once more: this one does at its second login.
    const started = "$(cut -d ' ' -f 22 /proc/1/stat)";
    await hostOf(machines[1]).exec(`echo "${started}" >/root/started; cat >/etc/ssh/sshrc <<'RC'
      [ "${started}" != "$(cat /root/started)" ] || exit 0
      echo login >>/run/logins
      [ "$(wc -l </run/logins)" != 2 ] || systemd-run --collect sh -c \
        'sleep 0.3; systemctl stop ssh; pkill sshd; sleep 4; systemctl start ssh' >/dev/null 2>&1
RC`);
    const run = await runPlaybook(hosts, "update.yml", all());
    expect(run).toSucceed();
    const names = run.events.map(({ host }) => host);
    // Never back to one once the next has begun.
    for (const [index, { host }] of all().slice(0, -1).entries()) {
      expect(names.lastIndexOf(host.name)).toBeLessThan(names.indexOf(all()[index + 1]!.host.name));
    }
    for (const { host } of all()) {
      expect(tasksOf(run, "changed", host.name)).toContain(restart);
      expect((await host.exec("docker ps --format '{{.Names}}'")).split("\n")).toContain("declared");
    }
  });
});

/** What becomes of one connection, within so many seconds, in Python's words. */
async function connects(from: string, target: string, seconds: number): Promise<string> {
  const [address, port] = target.split(" ");
  const script = `import socket
try: socket.create_connection(("${address}", ${port}), ${seconds}); print("connected")
except OSError as error: print(type(error).__name__)`;
  return docker("exec", from, "python3", "-c", script);
}

/** From another machine only what is declared answers, whatever the machine itself serves. */
async function declaredPortsAlone(machine: Machine): Promise<void> {
  const host = hostOf(machine);
  await makeWorkloadImage(host);
  const { address, address6 } = host;
  await serve(host, "declared", `${address}:24010:8080`);
  await serve(host, "undeclared", "0.0.0.0:24020:8080");
  await serve(host, "declared6", `[${address6}]:24010:8080`);
  await serve(host, "undeclared6", "[::]:24030:8080");
  await serve(host, "loopback", "127.0.0.1:24040:8080");
  // Services of the host itself: one that is declared, and one that isn't.
  const listen = "setsid --fork python3 -m http.server --bind :: --directory /srv";
  await host.exec(`for port in 24900 24910; do ${listen} $port </dev/null >/dev/null 2>&1; done`);
  const ports = [22, 111, 2375, 2376, 24010, 24020, 24030, 24040, 24900, 24910];
  const inner = await host.exec("docker inspect --format '{{.NetworkSettings.IPAddress}}' undeclared");
  // A machine on the same network can send packets for a container's own address to the host.
  await docker("exec", outsider.name, "ip", "route", "replace", inner, "via", address);
  const targets = [...[address, address6].flatMap((at) => ports.map((port) => `${at} ${port}`)), `${inner} 8080`];
  const open = [address, address6].flatMap((at) => [22, 24010, 24900].map((port) => `${at} ${port}`));
  // On the host itself all of them answer: it is the firewall that keeps the others.
  const ask = "curl --fail --silent --show-error --retry 20 --retry-all-errors";
  await host.exec(
    `for port in 24020 24040 24900 24910; do ${ask} http://localhost:$port >/dev/null || exit; done
     ${ask} 'http://[::1]:24030' && ${ask} http://${inner}:8080`,
  );
  expect(await reachable(outsider.name, targets)).toEqual(open);
  // The other way is open: containers reach the world.
  await host.exec(`docker run --rm workload /bin/busybox nc -w 10 ${outsider.address} 8000 </dev/null`);

  const state = "docker inspect --format '{{.State.StartedAt}} {{.State.Pid}}' declared";
  const started = await host.exec(state);
  await host.exec(
    "service docker restart && for i in $(seq 120); do docker version >/dev/null 2>&1 && break; sleep 0.5; done",
  );
  expect(await host.exec(state)).toBe(started);
  expect(await reachable(outsider.name, targets)).toEqual(open);

  await host.reboot();
  await host.exec(`${ask} --retry 60 --retry-delay 1 http://localhost:24020`);
  // The host's own services of before are gone, as nothing starts them.
  expect(await reachable(outsider.name, targets)).toEqual(open.filter((target) => !target.endsWith(" 24900")));
}
