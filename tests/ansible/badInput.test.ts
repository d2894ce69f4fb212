import { writeFileSync } from "node:fs";
import { docker } from "../support/imagesSandbox";
import {
  attempt,
  failureOf,
  type PlaybookResult,
  runPlaybook,
  tasksOf,
  type TestHost,
  TestHosts,
} from "../support/hosts";
import { makeWorkloadImage, reachable, serve } from "../support/hosts/workload";

const hosts = new TestHosts("test-ansible-bad", "10.130.2");

beforeAll(() => hosts.start());
afterAll(() => hosts.clean());

describe("seven hosts, of which six have a fault", () => {
  let bare: TestHost;
  let run: PlaybookResult;

  beforeAll(async () => {
    bare = await hosts.host("trixie", 11);
    const [small, other] = await Promise.all([
      hosts.host("trixie", 12, ["--tmpfs", "/var/lib/docker:size=64m"]),
      hosts.host("bookworm", 13),
    ]);
    await other.exec('printf \'ID=ubuntu\\nVERSION_ID="20.04"\\nPRETTY_NAME="Ubuntu 20.04 LTS"\\n\' >/etc/os-release');
    await bare.exec("dpkg --purge --force-depends python3-apt");
    const otherKey = `${hosts.folder}/other`;
    await attempt("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", otherKey]);
    const changed = `${hosts.folder}/changed`;
    writeFileSync(changed, `${bare.address} ${small.hostKey}\n`);
    const trust = `-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${changed} -o StrictHostKeyChecking=yes`;
    run = await runPlaybook(
      hosts,
      "site.yml",
      [
        { host: bare, name: "good" },
        { host: small, name: "small" },
        { host: other, name: "other" },
        { host: bare, name: "no-sudo", user: "guest" },
        { host: bare, name: "wrong-key", user: "admin", variables: { ansible_ssh_private_key_file: otherKey } },
        { host: bare, name: "changed-key", user: "admin", variables: { ansible_ssh_common_args: trust } },
        { host: bare, name: "absent", variables: { ansible_host: "10.130.2.99" } },
      ],
      { arguments: ["--tags", "base"] },
    );
  });

  it("finishes the host that has none, a missing Python included", () => {
    expect(run.code).not.toBe(0);
    expect(tasksOf(run, "failed", "good")).toEqual([]);
    expect(tasksOf(run, "changed", "good")).toEqual(
      expect.arrayContaining(["base: Install Python", "base: Install packages", "base: Write the time zone's name"]),
    );
  });

  it.each([
    [
      "small",
      /^failed at base: Check that the machine can be a host: .*6\d MiB are free in \/var\/lib\/docker.* 1 GiB\. Free some space/,
    ],
    [
      "other",
      /^failed at base: Check that the machine can be a host: Ubuntu 20\.04 LTS is not supported.*Debian 12 and 13, and Ubuntu 22\.04 and 24\.04.*`bootstrap` to `none`/,
    ],
    ["no-sudo", /^failed at base: Install Python: .*sudo.*line in \/etc\/sudoers\.d/],
    [
      "wrong-key",
      /^unreachable at base: Gather facts about the machine: .*Permission denied.*authorized_keys.*`identityFile`/,
    ],
    [
      "changed-key",
      /^unreachable at base: Gather facts about the machine: .*not the one whose key is declared.*`hostKey`/,
    ],
    ["absent", /^unreachable at base: Gather facts about the machine: .*doesn't answer.*`connection`/],
  ])("names %s, with its task and the way out", (name, message) => {
    expect(failureOf(run, name)).toMatch(message);
    expect(run.output).toContain(`${name} | `);
  });
});

describe("a workstation", () => {
  let host: TestHost;
  const run = (): Promise<PlaybookResult> => runPlaybook(hosts, "site.yml", [{ host, group: "workstation" }]);
  /** What a server's roles would change. */
  const own = "cat /etc/ssh/sshd_config.d/* /etc/sysctl.d/* /etc/sudoers.d/*; ls /etc/odoo-fleet /etc/apt/apt.conf.d";

  beforeAll(async () => {
    host = await hosts.host("trixie", 31);
    // Where limits may not be raised, the engine's init script ends: the way out has to work as well.
    await host.exec("rm /lib/lsb/init-functions.d/90-test-host");
  });

  it("gets an engine and nothing else, and the next run changes nothing", async () => {
    const before = await host.exec(`(${own}) 2>&1 || true`);
    const first = await run();
    expect(first).toSucceed();
    expect(await host.exec("docker info --format '{{.LiveRestoreEnabled}}'")).toBe("true");
    expect(await host.exec(`(${own}) 2>&1 || true`)).toBe(before);
    const second = await run();
    expect([second.code, tasksOf(second, "changed")]).toEqual([0, []]);
  });
});

describe("a machine whose engine already runs other containers", () => {
  let host: TestHost;
  let outsider: string;
  const daemon = "/etc/docker/daemon.json";
  const running = (): Promise<string> => host.exec("docker inspect --format '{{.State.Pid}}' theirs");
  const site = (tags: string, variables: object = {}): Promise<PlaybookResult> =>
    runPlaybook(hosts, "site.yml", [{ host, name: "taken", variables: { ...variables } }], {
      arguments: ["--tags", tags],
    });
  let pid: string;

  beforeAll(async () => {
    host = await hosts.host("bookworm", 21);
    outsider = (await hosts.outsider(51)).name;
    await host.exec(
      `apt-get install --yes --no-install-recommends docker.io iptables && service docker start &&
       for i in $(seq 60); do docker version && break; sleep 0.5; done`,
    );
    await makeWorkloadImage(host);
    await serve(host, "theirs", "24500:8080");
    // A tenant of another environment, which was here before there was a firewall.
    await serve(host, "tenant", `${host.address}:24510:8080`, "--label odoo-fleet.environment=elsewhere");
    pid = await running();
  });

  it("has an engine with one of the fleet's settings on its command line, with which it wouldn't start again", async () => {
    const restart = "service docker restart; for i in $(seq 60); do docker version && break; sleep 0.5; done";
    await host.exec(`echo 'DOCKER_OPTS=--log-opt=max-size=20m' >>/etc/default/docker; ${restart}`);
    expect(failureOf(await site("docker_host"), "taken")).toMatch(
      /^failed at docker_host: Check that the installed engine can be used: .*started with --log-opt.*\/etc\/default\/docker/,
    );
    expect(await host.exec(`ls ${daemon} 2>&1 || true`)).toMatch(/No such file/);
    await host.exec(`echo 'DOCKER_OPTS=' >>/etc/default/docker; ${restart}`);
    // An engine without live-restore took them along.
    await host.exec("docker start theirs tenant");
    pid = await running();
    expect(Number(pid)).toBeGreaterThan(0);
  });

  it.each([
    ["no JSON", '{"debug": tru', /is not valid and was not changed: it is not JSON.*Correct it, or move it away/],
    ["not what the engine takes", '{"log-drivr": "none"}', /is not valid and was not changed: .*log-drivr.*Correct it/],
    ["open to everybody", '{"hosts": ["tcp://0.0.0.0:2375"]}', /opens the engine to everyone.*tcp:\/\/0\.0\.0\.0:2375/],
  ])("has a daemon.json that is %s: it is named and left as it is", async (_what, content, message) => {
    await host.exec(`printf '%s' '${content}' >${daemon}`);
    const run = await site("docker_host");
    expect(failureOf(run, "taken")).toMatch(
      /^failed at docker_host: Write the engine's settings: \/etc\/docker\/daemon\.json/,
    );
    expect(failureOf(run, "taken")).toMatch(message);
    expect(await host.exec(`cat ${daemon}`)).toBe(content);
    expect(await running()).toBe(pid);
    await host.exec(`rm ${daemon}`);
  });

  it("isn't changed when it is a workstation", async () => {
    const run = await runPlaybook(hosts, "site.yml", [{ host, group: "workstation" }]);
    expect([run.code, tasksOf(run, "changed")]).toEqual([0, []]);
    expect(await host.exec(`ls ${daemon} 2>&1 || true`)).toMatch(/No such file/);
  });

  it("isn't cut off by the firewall: ports that are declared nowhere are named first", async () => {
    const run = await site("firewall");
    expect(failureOf(run, "taken")).toMatch(
      /^failed at firewall: Check that all published ports are declared: .*theirs on port 24500\. Declare .*`firewall\.allow`/,
    );
    expect(await reachable(outsider, [`${host.address} 24500`])).toEqual([`${host.address} 24500`]);
  });

  it("keeps container, port and its own settings when they are declared", async () => {
    await host.exec(`printf '{"debug": true}' >${daemon}`);
    const run = await site("firewall,docker_host", { firewall_allow: [{ port: 24500, comment: "theirs" }] });
    expect(run).toSucceed();
    expect(tasksOf(run, "changed")).toContain("docker_host: Restart the engine");
    expect(await running()).toBe(pid);
    expect(JSON.parse(await host.exec(`cat ${daemon}`))).toMatchObject({ debug: true, "live-restore": true });
    expect(await host.exec("docker info --format '{{.LiveRestoreEnabled}}'")).toBe("true");
    const open = [24500, 24510].map((port) => `${host.address} ${port}`);
    expect(await reachable(outsider, [...open, `${host.address} 111`])).toEqual(open);
  });

  it("isn't locked out by networks for SSH that the fleet itself isn't in", async () => {
    const run = await site("firewall", { firewall_ssh_from: ["192.0.2.0/24"] });
    expect(failureOf(run, "taken")).toMatch(/came from 10\.130\.2\.1, which is not in 192\.0\.2\.0\/24.*`sshFrom`/);
    expect(await host.ssh("root", "true")).toSucceed();
    expect(await docker("exec", host.name, "cat", "/etc/odoo-fleet/firewall/10-table.nft")).not.toContain("192.0.2.0");
  });
});
