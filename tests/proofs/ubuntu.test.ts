/**
 * Ubuntu, as far as a Debian machine can play it: it says that it is Ubuntu 22.04, and has an empty package in the place of the one
 * that only Ubuntu has. Its firewall ufw and its `sudo` with a password are the real ones, which Debian has too. Its services are
 * started by init scripts, which roles know beside systemd.
 */
import {
  failureOf,
  machineState,
  type PlaybookOptions,
  type PlaybookResult,
  runPlaybook,
  tasksOf,
  type TestHost,
  TestHosts,
} from "../support/hosts";
import { makeWorkloadImage, reachable, serve } from "../support/hosts/workload";

const hosts = new TestHosts("test-ansible-ubuntu", "10.130.4");
const password = "correct horse battery";
let host: TestHost;
let outsider: string;

const play = (playbook: string, variables: object, options: PlaybookOptions = {}): Promise<PlaybookResult> =>
  runPlaybook(
    hosts,
    playbook,
    [
      {
        host,
        name: "jammy",
        user: "admin",
        variables: { ansible_become_password: password, users_login: "admin", docker_host_user: "admin", ...variables },
      },
    ],
    options,
  );
const site = (variables: object = {}, ...tags: string[]): Promise<PlaybookResult> =>
  play("site.yml", variables, { arguments: tags.length > 0 ? ["--tags", tags.join(",")] : [] });

beforeAll(async () => {
  await hosts.start();
  host = await hosts.host("bookworm", 11);
  outsider = (await hosts.outsider(51)).name;
  await host.exec(
    `printf 'ID=ubuntu\\nID_LIKE=debian\\nVERSION_ID="22.04"\\nVERSION_CODENAME=jammy\\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\\n' >/etc/os-release
     mkdir -p /tmp/compose/DEBIAN
     printf 'Package: docker-compose-v2\\nVersion: 2.24\\nArchitecture: all\\nMaintainer: test\\nDescription: empty\\n' >/tmp/compose/DEBIAN/control
     dpkg-deb --build /tmp/compose && dpkg --install /tmp/compose.deb
     rm --force /etc/sudoers.d/*; echo 'admin ALL=(ALL) ALL' >/etc/sudoers.d/admin
     echo 'admin:${password}' | chpasswd
     mkdir -p /etc/docker; echo '{"features": {"buildkit": true}}' >/etc/docker/daemon.json
     apt-get install --yes --no-install-recommends ufw
     ufw allow 22/tcp && ufw allow 8443/tcp && ufw --force enable`,
  );
});
afterAll(() => hosts.clean());

it("is told what ufw lets in and nobody declared, before anything changes", async () => {
  const run = await site({}, "base", "firewall");
  expect(failureOf(run, "jammy")).toMatch(
    /^failed at firewall: Check the rules against this machine: ufw is active here.*8443\/tcp ALLOW IN Anywhere.*`firewall\.allow`.*`ufw delete`/,
  );
  expect(failureOf(run, "jammy")).not.toContain("22/tcp");
  expect(await host.exec("ufw status")).toContain("Status: active");
  expect(await host.exec("ls /etc/odoo-fleet/firewall 2>&1 || true")).toMatch(/No such file/);
});

it("names the way out where the password for sudo is missing or wrong, and shows none", async () => {
  const missing = await site({ ansible_become_password: "" }, "base");
  expect(failureOf(missing, "jammy")).toMatch(/sudo.*`sudoPasswords`/);
  const wrong = await site({ ansible_become_password: "wrong one" }, "base");
  expect(failureOf(wrong, "jammy")).toMatch(/sudo.*`sudoPasswords`/);
  expect(wrong.output + JSON.stringify(wrong.events)).not.toContain("wrong one");
});

const allow = [{ port: 8443, comment: "theirs" }];

it("is checked while it has nftables and nothing of the fleet's, and a check changes nothing", async () => {
  const before = await host.exec(machineState);
  const check = await play("site.yml", { firewall_allow: allow }, { arguments: ["--check"] });
  expect(check).toSucceed();
  expect(tasksOf(check, "changed")).toContain("users: Disable password logins");
  expect((await host.exec(machineState)).split("\n")).toEqual(before.split("\n"));
});

it("becomes a host by a user whose sudo asks for a password, and its own firewall gives way to the fleet's", async () => {
  // A first run that ends, as by a power cut, where sshd is to read a file that was just written.
  const killed = await play("site.yml", { firewall_allow: allow }, { killAfter: "users: Disable password logins" });
  expect(killed.code).not.toBe(0);
  const first = await site({ firewall_allow: allow });
  expect(first).toSucceed();
  expect(tasksOf(first, "changed")).toContain("firewall: Turn the other firewall off");
  expect(await host.exec("ufw status")).toBe("Status: inactive");
  expect(await host.exec("odoo-fleet-firewall status")).toBe("loaded");
  expect(await host.ssh("admin", "docker version --format '{{.Server.Version}}'")).toSucceed();
  // Of a new engine alone, and below what somebody set there.
  const { features } = JSON.parse(await host.exec("cat /etc/docker/daemon.json")) as { features: object };
  expect(features).toEqual({ buildkit: true, "containerd-snapshotter": false });
  expect(await reachable(outsider, [`${host.address} 22`, `${host.address} 111`])).toEqual([`${host.address} 22`]);
  expect(first.output + JSON.stringify(first.events)).not.toContain(password);
  const second = await site({ firewall_allow: allow });
  expect(second).toSucceed();
  expect(tasksOf(second, "changed")).toEqual([]);
});

it("made good what the killed run left undone: sshd has read the file that turns passwords off", async () => {
  const methods = ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"];
  expect((await host.ssh("guest", "true", methods)).output).toMatch(/Permission denied \(publickey\)/);
});

it("is looked after by its init scripts: after updates that restart it, it is the same host with the same containers", async () => {
  expect(await host.exec("cat /proc/1/comm")).toBe("docker-init");
  const links = "ls /etc/rcS.d /etc/rc2.d | grep -cE '^S..(docker|odoo-fleet-firewall|cron)$'";
  expect(await host.exec(links)).toBe("3");
  await makeWorkloadImage(host);
  await serve(host, "declared", "127.0.0.1:24040:8080");
  const started = "docker inspect --format '{{.State.StartedAt}}' declared";
  const before = await host.exec(started);
  await host.exec("touch /run/reboot-required");
  const run = await play("update.yml", {});
  expect(run).toSucceed();
  expect(tasksOf(run, "changed")).toContain(
    "maintenance: Restart the machine and wait until the same containers run again",
  );
  expect(await host.exec(started)).not.toBe(before);
  expect(await host.exec("odoo-fleet-firewall status")).toBe("loaded");
  expect(await host.exec("ufw status")).toBe("Status: inactive");
  expect(await reachable(outsider, [`${host.address} 22`, `${host.address} 111`])).toEqual([`${host.address} 22`]);
});
