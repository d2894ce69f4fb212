import { parseFreeInodes, parseListeners } from "../../../../../components/run/preflight/hostFacts";

describe("parseListeners", () => {
  it("reads address, port and process of IPv4, IPv6 and scoped sockets", () => {
    const output = [
      'LISTEN 0      128        127.0.0.1:20010      0.0.0.0:*    users:(("python3",pid=4711,fd=3))',
      'LISTEN 0      511             [::]:80            [::]:*    users:(("nginx",pid=12,fd=6),("nginx",pid=13,fd=6))',
      "LISTEN 0      4096 127.0.0.53%lo:53         0.0.0.0:*",
      "LISTEN 0      128                *:22               *:*",
      "",
    ].join("\n");
    expect(parseListeners(output)).toEqual([
      { address: "127.0.0.1", port: 20010, process: "python3 (pid 4711)" },
      { address: "::", port: 80, process: "nginx (pid 12)" },
      { address: "127.0.0.53", port: 53 },
      { address: "*", port: 22 },
    ]);
  });

  it("finds nothing in other output", () => {
    expect(parseListeners("Netid State Recv-Q\nusage: ss\n")).toEqual([]);
  });
});

describe("parseFreeInodes", () => {
  const heading = "Filesystem       Inodes   IUsed    IFree IUse% Mounted on\n";

  it("reads what is free, and nothing of a file system that makes inodes as it needs them", () => {
    expect(parseFreeInodes(`${heading}/dev/vda       16777216 1763846 15013370   11% /var/lib/docker\n`)).toBe(
      15013370,
    );
    expect(
      parseFreeInodes(`${heading}/dev/vda              0       0        0     - /var/lib/docker\n`),
    ).toBeUndefined();
    expect(parseFreeInodes("")).toBeUndefined();
  });
});
