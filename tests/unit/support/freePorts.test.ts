import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { freePorts } from "../../support/freePorts";

test("ports are those that nobody is given by chance: not by Linux, not by the engine, and not to a test's tenant", async () => {
  const ports = await freePorts(50);
  expect(new Set(ports).size).toBe(50);
  const [lowest] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/);
  expect(Math.max(...ports)).toBeLessThan(Math.min(20_000, Number(lowest)));
});

test("what another test's program was told of isn't told again while that one runs", async () => {
  const [own] = await freePorts(1);
  // Chance leads this one to that port alone.
  const program = `
    require("node:crypto").randomInt = () => ${own};
    require("./tests/support/freePorts.js").freePorts(1).catch(({ message }) => console.log(message));`;
  const told = execFileSync(process.execPath, ["--eval", program], { encoding: "utf8" });
  expect(told).toBe("no 1 free ports from 10000 to 19999\n");
});
