import { parseRoutes } from "../../../../../components/run/preflight/hostNetworks";

const routes = JSON.stringify([
  { dst: "default", gateway: "192.168.1.1", dev: "eth0", flags: [] },
  { dst: "192.168.1.0/24", dev: "eth0", protocol: "kernel", scope: "link", prefsrc: "192.168.1.5", flags: [] },
  { dst: "10.9.0.0/16", dev: "wg0", table: "51820", scope: "link", flags: [] },
  { dst: "10.8.0.7", gateway: "192.168.1.9", dev: "eth0", flags: [] },
  { type: "blackhole", dst: "10.7.0.0/16", flags: [] },
  { type: "local", dst: "192.168.1.5", dev: "eth0", table: "local", flags: [] },
  { type: "broadcast", dst: "192.168.1.255", dev: "eth0", table: "local", flags: [] },
]);
const addresses = JSON.stringify([
  { ifname: "lo", addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8 }] },
  { ifname: "eth0", addr_info: [{ family: "inet", local: "192.168.1.5", prefixlen: 24 }] },
  { ifname: "cni0", addr_info: [{ family: "inet", local: "10.42.0.1", prefixlen: 24 }] },
  { ifname: "wg0", addr_info: [] },
  {},
]);

it("reads the networks of interfaces and of every table of routes, and leaves out what the kernel adds by itself", () => {
  expect(parseRoutes(routes, addresses)).toEqual([
    { interface: "eth0", subnet: "192.168.1.5/24" },
    { interface: "cni0", subnet: "10.42.0.1/24" },
    { interface: "eth0", subnet: "192.168.1.0/24" },
    { interface: "wg0", subnet: "10.9.0.0/16" },
    { interface: "eth0", subnet: "10.8.0.7/32" },
    { subnet: "10.7.0.0/16" },
  ]);
});

it("finds nothing in other output", () => {
  expect(parseRoutes("", "usage: ip")).toEqual([]);
});
