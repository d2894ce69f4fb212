import { existsSync, readFileSync } from "node:fs";
import { SetupSandbox } from "../support/setupSandbox";

let sandbox: SetupSandbox;

beforeEach(() => {
  sandbox = new SetupSandbox();
  sandbox.write("ansible/.keep", "");
  sandbox.script("ansible/run.sh", readFileSync("ansible/run.sh", "utf8"));
  sandbox.script("setup/ansible.sh", `echo "${sandbox.root}/bin"`);
  for (const tool of ["mktemp", "python3"]) {
    sandbox.script(`bin/${tool}`, `exec /usr/bin/${tool} "$@"`);
  }
  sandbox.fake("ssh", "");
});
afterEach(() => sandbox.remove());

/** Runs the playbook, where Python may keep no bytecode, with an Ansible that leaves the socket of a shared connection behind, and ends with this code. */
function runPlaybook(code: number): { code: number | null; stderr: string; socket: string } {
  sandbox.fake(
    "ansible-playbook",
    `mkdir -p "$ANSIBLE_SSH_CONTROL_PATH_DIR"
     socket=$ANSIBLE_SSH_CONTROL_PATH_DIR/0123456789
     python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$socket"
     test -S "$socket" && echo "socket $socket"
     echo "bytecode is \${PYTHONDONTWRITEBYTECODE-kept}"
     echo "odoo-1 | base: Install packages | failed | no mirror"
     exit ${code}`,
  );
  const outcome = sandbox.run("../ansible/run.sh", ["site"], {
    ODOO_FLEET_RUN: "dev.odoo-1",
    PYTHONDONTWRITEBYTECODE: "1",
  });
  const log = sandbox.read("cache/hosts/dev.odoo-1/ansible.log")!;
  expect(log).toContain("bytecode is kept");
  return { ...outcome, socket: /^socket (.*)$/m.exec(log)![1]! };
}

it("logs in anew for each run, and leaves neither the connection nor the inventory behind", () => {
  const sockets = [0, 0].map((code) => {
    const run = runPlaybook(code);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(sandbox.calls()).toEqual([
      expect.stringMatching(/^ansible-playbook --inventory \S+ \S+\/ansible\/site\.yml$/),
      `ssh -F none -o ControlPath=${run.socket} -O exit host`,
    ]);
    expect(existsSync(run.socket.replace(/\/ssh\/.*/, ""))).toBe(false);
    return run.socket;
  });
  expect(sockets[0]).not.toBe(sockets[1]);
});

it("ends the connection of a run that fails, too, and says what failed with the run's own code", () => {
  const { code, stderr, socket } = runPlaybook(2);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^odoo-1 \| base: Install packages \| failed \| no mirror\nThe whole log: \S+\/ansible\.log\n$/,
  );
  expect(sandbox.calls()).toContain(`ssh -F none -o ControlPath=${socket} -O exit host`);
});
