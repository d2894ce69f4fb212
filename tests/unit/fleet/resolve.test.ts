import {
  defaultImages,
  isSupportedPair,
  labels,
  odooVersions,
  postgresVersions,
  rawConfig,
  resolveFleet,
} from "../../../fleet";

const hosts = { local: {} };

describe("a resolved tenant", () => {
  test("that says nothing has every default", () => {
    const { hosts: resolvedHosts, tenants } = resolveFleet({ hosts, tenants: { "acme-corp": {} } }, "dev");
    expect(resolvedHosts.local).toEqual({
      name: "local",
      docker: undefined,
      bootstrap: "none",
      os: "linux",
      hostKeys: [],
      operators: [],
      firewall: { sshFrom: [], allow: [] },
      address: "127.0.0.1",
      bindAddress: "127.0.0.1",
      publicAddress: "127.0.0.1",
      portBase: 20000,
      subnetBase: "10.200.0.0/16",
      memoryMiB: undefined,
      reservedSlots: [],
      portalSlots: [],
      images: defaultImages,
    });
    expect(tenants["acme-corp"]).toMatchObject({
      host: "local",
      plan: "starter",
      state: "running",
      odooVersion: "19.0",
      postgresVersion: 17,
      modules: ["base", "web"],
      serverWideModules: [],
      odooOptions: {},
      odooImage: { addons: [], pythonPackages: [], debianPackages: [] },
      company: "Acme Corp",
      database: "acme_corp",
    });
  });

  test("that says everything has what it says", () => {
    const { tenants } = resolveFleet(
      {
        hosts: { local: { address: "odoo.example.com", portBase: 10000, subnetBase: "172.20.0.0/16" } },
        plans: { retail: { memory: 4096, cpus: 4, workers: 3, maxCronThreads: 2, uploadMiB: 64 } },
        tenants: {
          acme: {
            host: "local",
            slot: 3,
            plan: "retail",
            odoo: "18.0",
            postgres: 16,
            modules: ["sale_management", "contacts", "contacts"],
            addons: "addons/acme",
            pythonPackages: ["phonenumbers==8.13.50"],
            debianPackages: ["libmagic1"],
            company: "ACME Ltd.",
          },
        },
      },
      "prod",
    );
    expect(tenants.acme).toMatchObject({
      slot: 3,
      odooVersion: "18.0",
      postgresVersion: 16,
      modules: ["base", "contacts", "sale_management", "web"],
      odooImage: { addons: ["addons/acme"], pythonPackages: ["phonenumbers==8.13.50"], debianPackages: ["libmagic1"] },
      company: "ACME Ltd.",
      url: "http://odoo.example.com:10030",
      subnets: { internal: "172.20.0.192/27", front: "172.20.0.224/27" },
      addresses: {
        internalGateway: "172.20.0.193",
        odooInternal: "172.20.0.194",
        postgresInternal: "172.20.0.195",
        frontGateway: "172.20.0.225",
        odooFront: "172.20.0.226",
        nginxFront: "172.20.0.227",
      },
      names: { postgres: "prod-acme-postgres", nginxConfigVolume: "prod-acme-nginx-config" },
      sizing: { odoo: { workers: 3, maxCronThreads: 2 }, nginx: { uploadMiB: 64 } },
    });
  });

  test("has an IPv6 address in brackets", () => {
    const { tenants } = resolveFleet(
      { hosts: { local: { address: "fd00::1" } }, tenants: { acme: { slot: 0 } } },
      "dev",
    );
    expect(tenants.acme!.url).toBe("http://[fd00::1]:20000");
  });

  test("takes the fleet's defaults before the built-in ones", () => {
    const defaults = { plan: "basic", odoo: "18.0", postgres: 15 };
    const { tenants } = resolveFleet({ hosts, defaults, tenants: { acme: {} } }, "dev");
    expect(tenants.acme).toMatchObject({ plan: "basic", odooVersion: "18.0", postgresVersion: 15 });
  });

  test.each([19, "19", "19.0"])("may write Odoo's release as %p", (odoo) => {
    expect(resolveFleet({ hosts, tenants: { acme: { odoo } } }, "dev").tenants.acme!.odooVersion).toBe("19.0");
  });

  test.each([16, "16"])("may write PostgreSQL's version as %p", (postgres) => {
    expect(resolveFleet({ hosts, tenants: { acme: { postgres } } }, "dev").tenants.acme!.postgresVersion).toBe(16);
  });

  test.each(["suspended", "decommissioned"])("that is %s keeps its slot and frees its memory", (state) => {
    // Room for one of the smallest plan, and for the web server of one that is suspended.
    const small = { local: { memory: 1040 } };
    const gone = { slot: 1, state };
    const { tenants } = resolveFleet({ hosts: small, tenants: { acme: gone, globex: { slot: 2 } } }, "dev");
    expect(tenants.acme).toMatchObject({ state, ports: { http: 20010 } });
    expect(() => resolveFleet({ hosts: small, tenants: { acme: gone, globex: { slot: 1 } } }, "dev")).toThrow(
      /both on slot 1/,
    );
    expect(() => resolveFleet({ hosts: small, tenants: { acme: { slot: 1 }, globex: { slot: 2 } } }, "dev")).toThrow(
      /at least 1920 MiB/,
    );
  });
});

describe("plans", () => {
  test("a declared plan changes only what it states of a built-in one", () => {
    const plans = { starter: { memory: 1024 } };
    const { sizing } = resolveFleet({ hosts, plans, tenants: { acme: {} } }, "dev").tenants.acme!;
    expect(sizing.odoo.memoryMiB + sizing.postgres.memoryMiB + sizing.nginx.memoryMiB).toBe(1024);
    expect(sizing.odoo.workers).toBe(0);
    expect(sizing.nginx.uploadMiB).toBe(64);
  });
});

describe("images", () => {
  test("a host's are over the environment's, which are over the defaults", () => {
    const images = { odoo: { "19.0": "fleet/odoo:1", "18.0": "fleet/odoo:2" }, nginx: "fleet/nginx:1" };
    const own = { odoo: { "19.0": "host/odoo:1" }, postgres: { "17": "host/postgres:1", "16": null } };
    const { local } = resolveFleet({ hosts: { local: { images: own } }, images }, "dev").hosts;
    expect(local!.images.odoo).toEqual({ ...defaultImages.odoo, "19.0": "host/odoo:1", "18.0": "fleet/odoo:2" });
    expect(local!.images.postgres[17]).toBe("host/postgres:1");
    expect(local!.images.postgres[16]).toBeUndefined();
    expect(local!.images.nginx).toBe("fleet/nginx:1");
  });

  test("one that a host takes away is missed on that host", () => {
    const raw = { hosts: { local: { images: { postgres: { "17": null } } } }, tenants: { acme: {} } };
    expect(() => resolveFleet(raw, "dev")).toThrow(/odoo-fleet:hosts\.local\.images\.postgres\["17"\]/);
  });

  test("all versions have a default, and its tag says the version", () => {
    for (const version of odooVersions) {
      expect(defaultImages.odoo[version]).toMatch(new RegExp(`^odoo:${version}-\\d{8}$`));
    }
    for (const version of postgresVersions) {
      expect(defaultImages.postgres[version]).toMatch(new RegExp(`^postgres:${version}\\.\\d+-trixie$`));
    }
  });

  test.each([
    ["odoo-fleet.local/odoo:19.0", true],
    ["registry.example.com:5000/team/odoo:19.0-20260908", true],
    [`odoo:19.0@sha256:${"a".repeat(64)}`, true],
    [`odoo@sha256:${"a".repeat(64)}`, true],
    ["odoo", false],
    ["odoo:latest", false],
    ["registry.example.com:5000/odoo", false],
    ["odoo:19.0 --privileged", false],
    ["", false],
  ])("%p as a reference: %p", (reference, isRight) => {
    const resolve = (): unknown => resolveFleet({ hosts, images: { odoo: { "19.0": reference } } }, "dev");
    if (isRight) {
      expect(resolve).not.toThrow();
    } else {
      expect(resolve).toThrow(/odoo-fleet:images\.odoo\["19\.0"\]/);
    }
  });
});

describe("what a build is given", () => {
  test.each([
    [
      "pythonPackages",
      ["phonenumbers>=8,<9", "openpyxl", "requests[socks]==2.32.3"],
      ["-r /etc/passwd", "a; rm -rf /", "$(id)", "a b", "--index-url=x", "https://u:p@x/y"],
    ],
    ["serverWideModules", ["queue_job"], ["Queue", "a,b", "a b", "../x", ""]],
    ["debianPackages", ["libmagic1", "g++"], ["-o", "a b", "a;b", "A"]],
    ["addons", ["addons", "addons/acme-1"], ["/etc", "../x", "a/../../x", "a b", ""]],
  ])("%s takes names and nothing else", (key, right, wrong) => {
    const problems =
      (value: string): unknown =>
      () =>
        resolveFleet({ hosts, tenants: { acme: { [key]: [value] } } }, "dev");
    right.forEach((value) => expect(problems(value)).not.toThrow());
    wrong.forEach((value) => expect(problems(value)).toThrow(new RegExp(`tenants\\.acme\\.${key}`)));
  });
});

describe("Odoo and PostgreSQL", () => {
  test.each(odooVersions.flatMap((odoo) => postgresVersions.map((postgres) => [odoo, postgres] as const)))(
    "%s with %p",
    (odoo, postgres) => {
      const isSupported = odoo === "19.0" || postgres <= 17;
      expect(isSupportedPair(odoo, postgres)).toBe(isSupported);
      const resolve = (): unknown => resolveFleet({ hosts, tenants: { acme: { odoo, postgres } } }, "dev");
      if (isSupported) {
        expect(resolve).not.toThrow();
      } else {
        expect(resolve).toThrow(/tenants\.acme\.postgres/);
      }
    },
  );

  test("a pair that comes from the defaults is refused as well, and says so", () => {
    const raw = { hosts, defaults: { odoo: "18.0", postgres: 18 }, tenants: { acme: {} } };
    expect(() => resolveFleet(raw, "dev")).toThrow(/18 \(from odoo-fleet:defaults\.postgres\)/);
  });
});

describe("labels", () => {
  test("are the contract's, without a tenant and slot on shared parts", () => {
    expect(
      labels({ environment: "dev", host: "local", tenant: "acme", service: "odoo", slot: 0, configHash: "abc" }),
    ).toEqual({
      "odoo-fleet.environment": "dev",
      "odoo-fleet.host": "local",
      "odoo-fleet.tenant": "acme",
      "odoo-fleet.service": "odoo",
      "odoo-fleet.slot": "0",
      "odoo-fleet.config-hash": "abc",
    });
    expect(Object.keys(labels({ environment: "dev", host: "local", service: "edge", configHash: "abc" }))).toEqual([
      "odoo-fleet.environment",
      "odoo-fleet.host",
      "odoo-fleet.service",
      "odoo-fleet.config-hash",
    ]);
  });
});

describe("a stack's whole configuration", () => {
  test("is reduced to the fleet's keys, read as JSON", () => {
    const all = {
      "odoo-fleet:hosts": '{"local":{}}',
      "odoo-fleet:typo": "text",
      "pulumi:tags": "{}",
      "odoo-fleetx:a": "1",
    };
    expect(rawConfig(all)).toEqual({ hosts: { local: {} }, typo: "text" });
  });
});
