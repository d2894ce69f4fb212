import { docker } from "../support/imagesSandbox";
import { attempt, type PlaybookHost, type PlaybookResult, runPlaybook, tasksOf, TestHosts } from "../support/hosts";
import { makeWorkloadImage, reachable, serve } from "../support/hosts/workload";

const hosts = new TestHosts("test-ansible-hosts", "10.130.1");

/** A machine: release, what starts its services, who logs in, and where a run is killed: each time a handler is due and lost. */
const machines = [
  { release: "bookworm", init: "init scripts", number: 12, user: "admin", killAfter: "users: Disable password logins" },
  {
    release: "trixie",
    init: "systemd",
    number: 13,
    user: "root",
    killAfter: "docker_host: Write the engine's settings",
  },
  { release: "bookworm", init: "systemd", number: 14, user: "admin", killAfter: "firewall: Write the firewall rules" },
] as const;

/** Files and packages of a host, which a check must not change; apart from the note that sudo itself leaves at its first use. */
const inventoryOf =
  "find /etc /usr/local /root /home -name .ansible -prune -o -type f ! -name .sudo_as_admin_successful -printf '%p %s %T@ %m\\n' | sort; dpkg-query -W";

interface Bootstrapped {
  readonly member: PlaybookHost;
  readonly check: PlaybookResult;
  readonly before: string;
  readonly afterCheck: string;
  readonly killed: PlaybookResult;
  readonly first: PlaybookResult;
  readonly second: PlaybookResult;
}

/** By number. */
const done: Partial<Record<number, Bootstrapped>> = {};
let outsider: Awaited<ReturnType<TestHosts["outsider"]>>;
/** A key that no host knows yet: an operator's. */
let operatorKey = "";

/** From bare to ready, all of it; every host at the same time, as a fleet's hosts are. */
async function bootstrap({ release, init, number, user, killAfter }: (typeof machines)[number]): Promise<void> {
  const host = await hosts.host(release, number, [], init);
  const member: PlaybookHost = {
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
  const before = await host.exec(inventoryOf);
  const check = await runPlaybook(hosts, "site.yml", [member], { arguments: ["--check"] });
  const afterCheck = await host.exec(inventoryOf);
  const killed = await runPlaybook(hosts, "site.yml", [member], { killAfter });
  const first = await runPlaybook(hosts, "site.yml", [member]);
  const second = await runPlaybook(hosts, "site.yml", [member]);
  done[number] = { member, check, before, afterCheck, killed, first, second };
}

beforeAll(async () => {
  await hosts.start();
  const file = `${hosts.folder}/operator`;
  await attempt("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "olga", "-f", file]);
  operatorKey = (await attempt("cat", [`${file}.pub`])).output.trim();
  outsider = await hosts.outsider(50);
  await docker("exec", "--detach", outsider.name, "python3", "-m", "http.server", "8000");
  await Promise.all(machines.map(bootstrap));
  // Twelve runs of Ansible, and packages that are installed on all hosts: a minute each where every core is busy.
}, 1_200_000);

afterAll(() => hosts.clean());

describe.each(machines)("Debian $release with $init", ({ release, init, number, user }) => {
  const bootstrapped = (): Bootstrapped => done[number]!;
  const host = (): PlaybookHost["host"] => bootstrapped().member.host;

  it("is checked while it is bare, and a check changes nothing", () => {
    const { check, before, afterCheck } = bootstrapped();
    expect(check.output).not.toMatch(/WARNING|DEPRECATION/);
    expect([check.code, check.output]).toEqual([0, expect.any(String)]);
    expect(tasksOf(check, "changed")).toEqual(
      expect.arrayContaining(["docker_host: Install the engine's packages", "users: Disable password logins"]),
    );
    expect(afterCheck.split("\n")).toEqual(before.split("\n"));
  });

  it("is a host after a run that follows a killed one, and the next run changes nothing", () => {
    const { killed, first, second } = bootstrapped();
    expect(killed.code).not.toBe(0);
    expect([first.code, first.output]).toEqual([0, expect.any(String)]);
    expect([second.code, tasksOf(second, "changed")]).toEqual([0, []]);
    expect(second.output).not.toMatch(/WARNING|DEPRECATION/);
  });

  it("made good what the killed run left undone: services have read the files that it wrote", async () => {
    // Both killed runs had written a file of which its service knew nothing; see the points where they were killed.
    const info = await host().exec(
      "docker info --format '{{.LiveRestoreEnabled}} {{.LoggingDriver}} {{json .DefaultAddressPools}}'",
    );
    expect(info).toMatch(/^true json-file \[\{"Base":"10\.13[567]\.0\.0\/16","Size":24\}\]$/);
  });

  it("opens to keys alone", async () => {
    expect((await host().ssh(user, "true")).code).toBe(0);
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
    expect((await login("sudo --non-interactive /usr/bin/docker ps")).code).toBe(0);
    expect((await login("sudo --non-interactive /bin/sh -c id")).output).toMatch(/password is required/);
  });

  it("keeps the engine from users other than the fleet's", async () => {
    expect((await host().ssh(user, "docker version --format '{{.Server.Os}}'")).output).toBe("linux\n");
    const other = await host().ssh("guest", "docker version");
    expect([other.code, other.output]).toEqual([1, expect.stringMatching(/permission denied/)]);
    expect(await host().exec("ss -Hltnp | grep '\"dockerd\"' || true")).toBe("");
  });

  it("is looked after by what starts its services", async () => {
    expect(await host().exec("cat /proc/1/comm")).toBe(init === "systemd" ? "systemd" : "docker-init");
    const enabled = "systemctl is-enabled docker.service odoo-fleet-firewall.service cron.service";
    const links = "ls /etc/rcS.d /etc/rc2.d | grep -cE '^S..(docker|odoo-fleet-firewall|cron)$'";
    expect(await host().exec(init === "systemd" ? enabled : links)).toBe(
      init === "systemd" ? "enabled\nenabled\nenabled" : "3",
    );
    if (init === "systemd") {
      expect(await host().exec("systemctl --failed --plain --no-legend")).toBe("");
      expect(await host().exec("systemd-analyze cat-config systemd/journald.conf")).toContain("SystemMaxUse=");
    }
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

  it("lets only declared ports answer, also after a restart of the engine and of the machine", async () => {
    await makeWorkloadImage(host());
    const { address, address6 } = host();
    await serve(host(), "declared", `${address}:24010:8080`);
    await serve(host(), "undeclared", "0.0.0.0:24020:8080");
    await serve(host(), "declared6", `[${address6}]:24010:8080`);
    await serve(host(), "undeclared6", "[::]:24030:8080");
    await serve(host(), "loopback", "127.0.0.1:24040:8080");
    // Services of the host itself: one that is declared, and one that isn't.
    const listen = "setsid --fork python3 -m http.server --bind :: --directory /srv";
    await host().exec(`for port in 24900 24910; do ${listen} $port </dev/null >/dev/null 2>&1; done`);
    const ports = [22, 111, 2375, 2376, 24010, 24020, 24030, 24040, 24900, 24910];
    const inner = await host().exec("docker inspect --format '{{.NetworkSettings.IPAddress}}' undeclared");
    // A machine on the same network can send packets for a container's own address to the host.
    await docker("exec", outsider.name, "ip", "route", "replace", inner, "via", address);
    const targets = [...[address, address6].flatMap((at) => ports.map((port) => `${at} ${port}`)), `${inner} 8080`];
    const open = [address, address6].flatMap((at) => [22, 24010, 24900].map((port) => `${at} ${port}`));
    // On the host itself all of them answer: it is the firewall that keeps the others.
    const ask = "curl --fail --silent --show-error --retry 20 --retry-all-errors";
    await host().exec(
      `for port in 24020 24040 24900 24910; do ${ask} http://localhost:$port >/dev/null || exit; done
       ${ask} 'http://[::1]:24030' && ${ask} http://${inner}:8080`,
    );
    expect(await reachable(outsider.name, targets)).toEqual(open);
    // The other way is open: containers reach the world.
    await host().exec(`docker run --rm workload /bin/busybox nc -w 10 ${outsider.address} 8000 </dev/null`);

    const state = "docker inspect --format '{{.State.StartedAt}} {{.State.Pid}}' declared";
    const started = await host().exec(state);
    await host().exec(
      "service docker restart && for i in $(seq 120); do docker version >/dev/null 2>&1 && break; sleep 0.5; done",
    );
    expect(await host().exec(state)).toBe(started);
    expect(await reachable(outsider.name, targets)).toEqual(open);

    await host().reboot();
    await host().exec(`${ask} --retry 60 --retry-delay 1 http://localhost:24020`);
    // The host's own services of before are gone, as nothing starts them.
    expect(await reachable(outsider.name, targets)).toEqual(open.filter((target) => !target.endsWith(" 24900")));
  });

  it("opens and closes ports in seconds, and cuts off nobody else", async () => {
    const { member } = bootstrapped();
    const other = {
      ...member,
      variables: { ...member.variables, firewall_published: [{ address: host().address, port: 24020 }] },
    };
    const run = await runPlaybook(hosts, "ports.yml", [other]);
    expect([run.code, tasksOf(run, "changed")]).toEqual([
      0,
      ["firewall: Open the declared ports", "firewall: Load the firewall rules"],
    ]);
    const targets = [24010, 24020].map((port) => `${host().address} ${port}`);
    expect(await reachable(outsider.name, targets)).toEqual([`${host().address} 24020`]);
    // Another environment on the same host keeps its own list.
    const neighbour = { ...member, variables: { ...member.variables, firewall_environment: "neighbour" } };
    await runPlaybook(hosts, "ports.yml", [neighbour]);
    expect(await reachable(outsider.name, targets)).toEqual(targets);
  });

  it("takes away what a former operator had", async () => {
    const { member } = bootstrapped();
    const left = { ...member, variables: { ...member.variables, users_operators: [] } };
    expect((await runPlaybook(hosts, "site.yml", [left], { arguments: ["--tags", "users"] })).code).toBe(0);
    expect((await host().ssh("olga", "true", ["-i", `${hosts.folder}/operator`])).code).toBe(255);
    expect(await host().exec("ls /etc/sudoers.d; id --groups --name olga")).not.toMatch(/odoo-fleet/);
  });

  it("cleans up without touching a volume or an image in use", async () => {
    await host().exec(
      "docker volume create keep && docker tag workload odoo-fleet/old:1 && docker tag workload odoo-fleet/used:1",
    );
    await host().exec("/etc/cron.weekly/odoo-fleet");
    expect(await host().exec("docker volume ls --quiet")).toBe("keep");
    expect(await host().exec("docker images --quiet workload")).not.toBe("");
  });
});

it("updates one host after the other, and goes on when the tenants of the last one run again", async () => {
  const members = machines.map(({ number }) => done[number]!.member);
  for (const { host } of members) {
    await host.exec("touch /run/reboot-required");
  }
  const run = await runPlaybook(hosts, "update.yml", members);
  expect([run.code, run.output]).toEqual([0, expect.any(String)]);
  const names = run.events.map(({ host }) => host);
  // Never back to one once the next has begun.
  for (const [index, { host }] of members.slice(0, -1).entries()) {
    expect(names.lastIndexOf(host.name)).toBeLessThan(names.indexOf(members[index + 1]!.host.name));
  }
  for (const { host } of members) {
    expect(tasksOf(run, "changed", host.name)).toContain("maintenance: Restart the machine");
    expect(tasksOf(run, "ok", host.name)).toContain("maintenance: Wait until the same containers run again");
    expect((await host.exec("docker ps --format '{{.Names}}'")).split("\n")).toContain("declared");
  }
});
