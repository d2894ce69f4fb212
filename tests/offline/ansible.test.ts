import { readFileSync } from "node:fs";
import { SetupSandbox } from "../support/setupSandbox";

let sandbox: SetupSandbox;

beforeEach(() => {
  sandbox = new SetupSandbox();
  sandbox.script("setup/ansible.sh", readFileSync("setup/ansible.sh", "utf8"));
  sandbox.script("bin/sha256sum", 'exec /usr/bin/sha256sum "$@"');
  sandbox.write("ansible/requirements.txt", "# comment\nansible==12.3.0\n");
});
afterEach(() => sandbox.remove());

/** A Python that is new enough, and makes environments whose pip ends with this code. */
function fakePython(pip = 0): void {
  sandbox.fake(
    "python3",
    `case "$1 $2" in
       *base_prefix*) echo 3.11 ;;
       "-m venv")
         mkdir -p "$3/bin"
         printf '#!/bin/bash\\necho "pip $*" >>"${sandbox.root}/calls"; echo it broke; exit ${pip}\\n' >"$3/bin/pip"
         chmod 755 "$3/bin/pip" ;;
     esac`,
  );
}

const installations = (): string[] => sandbox.calls().filter((call) => call.startsWith("pip install"));

it("installs what is pinned once, and names the folder of its programs", () => {
  sandbox.fake("ssh", "");
  fakePython();
  const first = sandbox.run("ansible.sh");
  expect(first).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\/cache\/ansible-[0-9a-f]{12}\/bin$/) as string,
  });
  expect(first.stderr).toMatch(/installing 1 pinned packages/);
  expect(installations()).toEqual([expect.stringMatching(/--requirement ansible\/requirements\.txt$/)]);
  expect(sandbox.run("ansible.sh")).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  expect(installations()).toEqual([]);

  sandbox.write("ansible/requirements.txt", "ansible==12.4.0\n");
  expect(sandbox.run("ansible.sh").stdout).not.toBe(first.stdout);
  expect(installations()).toHaveLength(1);
});

it("says why an installation failed, and tries again the next time", () => {
  sandbox.fake("ssh", "");
  fakePython(1);
  const { code, stdout, stderr } = sandbox.run("ansible.sh");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/Ansible could not be installed; the end of its log, .*ansible\.log: \nit broke/);
  fakePython();
  expect(sandbox.run("ansible.sh")).toSucceed();
});

it("installs Debian's SSH client where it is missing", () => {
  sandbox.fake("id", "echo 0");
  sandbox.fake("apt-get", "");
  fakePython();
  expect(sandbox.run("ansible.sh")).toSucceed();
  expect(sandbox.calls().filter((call) => call.startsWith("apt-get"))).toEqual([
    expect.stringMatching(/ openssh-client$/),
  ]);
});
