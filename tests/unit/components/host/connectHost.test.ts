import { providerArgs } from "../../../../components/host/connectHost";
import { resolveFleet } from "../../../../fleet";

const told = (host: object): ReturnType<typeof providerArgs> =>
  providerArgs(resolveFleet({ hosts: { local: host } }, "dev").hosts["local"]!);

// Told no endpoint, the official provider looks for an engine by itself.
// With `disableDockerDaemonCheck` a network of an engine that is away counts as gone.
it.each([
  ["a host that names none", {}, { host: expect.stringMatching(/^(unix|npipe):\/\//) as string }],
  ["a socket", { docker: "unix:///run/docker.sock" }, { host: "unix:///run/docker.sock" }],
])("a provider is told an endpoint, and nothing else: %s", (_, host, expected) => {
  expect(told(host)).toEqual(expected);
});

it("the provider of a host behind SSH is told its keys too", () => {
  const { host, sshOpts, ...others } = told({ docker: "ssh://root@odoo-1", identityFile: "/keys/fleet" });
  expect({ host, others }).toEqual({ host: "ssh://root@odoo-1", others: {} });
  expect(sshOpts).toEqual(expect.arrayContaining(["IdentityFile=/keys/fleet"]));
});
