import fc from "fast-check";
import { parseFleet, portalSettings, resolveFleet } from "../../../fleet";
import { estimateHost } from "../../../fleet/estimate";
import { seedsSold } from "../../../fleet/portalSets";
import { servedTenants } from "../../../fleet/sharedLimits";

const edge = { domain: "localhost", certificates: "internal", httpsPort: 18443 };
const mail = { smtp: "[::1]:2525", from: "portal@example.com", requireTls: false };
const offer = {
  slots: { local: { from: 500, to: 549 } },
  plans: { starter: { price: 2900, currency: "EUR" } },
};
const sound = { hosts: { local: {} }, edge, portal: { ...offer, mail } };

interface Said {
  readonly path: string;
  readonly expected: string;
  readonly wayOut: string;
}

function problemsOf(config: object): readonly Said[] {
  const result = parseFleet(config as Record<string, unknown>, "dev");
  return result.ok ? [] : result.problems;
}

const withPortal = (more: object): Record<string, unknown> => ({ ...sound, portal: { ...sound.portal, ...more } });

test("a portal has a place, a name and an address of its own", () => {
  const { portal } = resolveFleet(sound, "dev");
  expect(portal).toMatchObject({
    name: "portal",
    host: "local",
    slot: 999,
    ports: { edge: 29991 },
    subnets: { internal: "10.200.249.192/27", front: "10.200.249.224/27" },
    url: "https://portal.localhost:18443",
    edge: { names: ["portal.localhost"], address: "10.200.250.65" },
    names: { web: "dev-portal-web", postgres: "dev-portal-postgres" },
  });
});

test("its settings file says all that is declared, and nothing that its own schema doesn't know", () => {
  const { portal } = resolveFleet(
    withPortal({
      plans: { starter: { price: 0, currency: "MAD", trialDays: 14, keepDays: 90 } },
      ...{ confirmHours: 2, graceDays: 60 },
    }),
    "dev",
  );
  const settings = portalSettings(portal!);
  expect(settings).toEqual({
    origin: "https://portal.localhost:18443",
    domain: "localhost",
    plans: { starter: { price: 0, currency: "MAD", trialDays: 14, keepDays: 90 } },
    odooVersions: ["19.0"],
    slots: { local: { from: 500, to: 549 } },
    listen: { address: "0.0.0.0", port: 8080 },
    behindProxy: true,
    requestsPerMinute: 120,
    mail: { host: "::1", port: 2525, from: "portal@example.com", requireTls: false },
    confirmHours: 2,
    graceDays: 60,
  });
});

test("how customers are invoiced is in its settings file as it is declared, with 30 days to pay; mistakes are told by their paths", () => {
  const seller = { name: "Example SARL", address: ["1 rue de la Paix", "75002 Paris"], country: "FR" };
  const invoices = { since: "2026-12", seller: { ...seller, vatId: "FR40303265045" }, vatPercent: 5.5 };
  const { portal } = resolveFleet(withPortal({ invoices }), "dev");
  expect(portalSettings(portal!).invoices).toEqual({ ...invoices, dueDays: 30, payment: "invoice" });
  const wrong = { since: "2026-13", seller: { ...seller, country: "fr" }, vatPercent: 20.001 };
  expect(problemsOf(withPortal({ invoices: wrong })).map(({ path }) => path.replace(/^.*portal/, ""))).toEqual([
    ".invoices.since",
    ".invoices.seller.country",
    ".invoices.vatPercent",
  ]);
});

test("a plan may cost less while its tenant sleeps by its hours, and never more", () => {
  const withPrice = (asleepPrice: number) =>
    withPortal({ plans: { starter: { price: 2900, asleepPrice, currency: "EUR" } } });
  const { portal } = resolveFleet(withPrice(900), "dev");
  expect(portalSettings(portal!).plans["starter"]).toMatchObject({ price: 2900, asleepPrice: 900 });
  expect(portalSettings(resolveFleet(withPortal({}), "dev").portal!).plans["starter"]).not.toHaveProperty(
    "asleepPrice",
  );
  expect(problemsOf(withPrice(2901))).toEqual([
    {
      path: "odoo-fleet:portal.plans.starter.asleepPrice",
      value: "2901",
      expected: "no more than the plan's price, 2900",
      wayOut: expect.stringMatching(/plans\.starter\.asleepPrice' 2900, or pulumi config rm/) as string,
    },
  ]);
});

test("what is paid by Stripe is said in the settings file, which has no secret; of its secrets the web process gets the one that signs alone", () => {
  const seller = { name: "Example SARL", address: ["1 rue de la Paix"], country: "FR" };
  const stripe = { secretKey: "rk_live_abc", webhookSecret: "whsec_abc" };
  const withStripe = (more: object, plans = offer.plans): Record<string, unknown> =>
    withPortal({ plans, invoices: { since: "2026-12", seller, vatPercent: 20, stripe: { ...stripe, ...more } } });
  const result = parseFleet(withStripe({}), "dev", ["portal"]);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const settings = portalSettings(result.fleet.portal!);
  expect(settings.invoices).toMatchObject({ payment: "stripe", suspendDays: 14 });
  expect(JSON.stringify([result.fleet, settings])).not.toMatch(/rk_live|whsec/);
  expect(result.secrets.portal).toEqual({ stripeWebhookSecret: "whsec_abc" });
  expect(problemsOf(withStripe({ secretKey: "pk_live_abc", webhookSecret: "abc" }))).toEqual(
    ["secretKey", "webhookSecret"].map((key) => ({
      path: `odoo-fleet:portal.invoices.stripe.${key}`,
      value: "(hidden)",
      expected: expect.stringMatching(/begins with (sk_ or rk_|whsec_), as a secret/) as string,
      wayOut: expect.stringContaining("--secret") as string,
    })),
  );
  const plain = parseFleet(withStripe({}), "dev", []);
  expect(plain.ok ? [] : plain.problems.map(({ path, value }) => [path, value])).toEqual([
    ["odoo-fleet:portal.invoices.stripe.secretKey", "(hidden)"],
    ["odoo-fleet:portal.invoices.stripe.webhookSecret", "(hidden)"],
  ]);
  // One of which it takes no single smallest unit, and one whose smallest unit isn't its own.
  for (const currency of ["TND", "MGA"]) {
    const [counted, ...rest] = problemsOf(withStripe({}, { starter: { price: 2900, currency } }));
    expect(rest).toEqual([]);
    expect(counted).toMatchObject({ path: "odoo-fleet:portal.plans.starter.currency", value: `"${currency}"` });
    expect(counted!.wayOut).toContain("portal.invoices.stripe");
  }
});

test("services to sign in by are in the settings file without their secrets, which are the web process's; names, doubles and plain text are refused", () => {
  const example = { title: "Example ID", issuer: "https://id.example.com", clientId: "portal", clientSecret: "hush" };
  const withServices = (oidc: object): Record<string, unknown> => withPortal({ oidc });
  const result = parseFleet(withServices({ example }), "dev", ["portal"]);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const { clientSecret, ...told } = example;
  expect(portalSettings(result.fleet.portal!).oidc).toEqual({ example: told });
  expect(JSON.stringify(result.fleet)).not.toContain(clientSecret);
  expect(result.secrets.portal).toEqual({ oidc: { example: "hush" } });
  const faults = (oidc: object, keys?: string[]): string[] => {
    const judged = parseFleet(withServices(oidc), "dev", keys);
    return judged.ok
      ? []
      : judged.problems.map(({ path, value }) => `${path.replace("odoo-fleet:portal.", "")} ${value}`);
  };
  expect(faults({ "No Name": example })).toEqual(['oidc["No Name"] "No Name"']);
  expect(faults({ example, double: example })).toEqual(['oidc.double.issuer "https://id.example.com"']);
  expect(faults({ example: { ...example, issuer: "http://id.example.com" } })).toEqual([
    expect.stringMatching(/^oidc\.example\.issuer /),
  ]);
  expect(faults({ example }, [])).toEqual(["oidc.example.clientSecret (hidden)"]);
});

test("the fleet's mail server is the portal's, with its password, unless it has one of its own", () => {
  const monitoring = {
    mail: {
      smtp: "smtp.example.com:587",
      from: "ops@example.com",
      to: ["ops@example.com"],
      username: "u",
      password: "p",
    },
  };
  const shared = parseFleet({ ...sound, portal: offer, monitoring }, "dev");
  expect(shared).toMatchObject({
    fleet: { portal: { sells: { mail: { host: "smtp.example.com", port: 587, user: "u", requireTls: true } } } },
    secrets: { portal: { mailPassword: "p" } },
  });
  expect(JSON.stringify(shared.ok && shared.fleet)).not.toContain('"p"');
  expect(parseFleet({ ...sound, monitoring }, "dev")).toMatchObject({
    fleet: { portal: { sells: { mail: { host: "::1" } } } },
    secrets: { portal: {} },
  });
});

test("declared tenants never have one of its slots: pinned ones are refused with a way out that is free", () => {
  fc.assert(
    fc.property(fc.nat(999), (slot) => {
      const [problem] = problemsOf({ ...sound, tenants: { acme: { slot } } });
      const isPortals = slot === 999 || (slot >= 500 && slot <= 549);
      expect(problem?.path).toBe(isPortals ? "odoo-fleet:tenants.acme.slot" : undefined);
      if (isPortals) {
        expect(problem!.expected).toContain("odoo-fleet:portal.slots.local");
        const proposed = Number(/tenants\.acme\.slot' (\d+)$/.exec(problem!.wayOut)![1]);
        expect(problemsOf({ ...sound, tenants: { acme: { slot: proposed } } })).toEqual([]);
      }
    }),
    { examples: [[500], [549], [550], [499], [999]] },
  );
});

test("capacity counts its slots as neither used nor left, and what its own containers may take", () => {
  const fleet = resolveFleet(sound, "dev");
  const { slots, portal } = estimateHost(fleet, fleet.hosts["local"]!);
  expect(slots).toEqual({ used: 0, limit: 949, left: 949 });
  const { web, postgres, backup, drillMiB } = fleet.portal!.sizing;
  expect(portal!.memoryMiB).toBe(web.memoryMiB + postgres.memoryMiB + backup.memoryMiB);
  // What a drill takes is its helper's own, with room for pgBackRest.
  expect([drillMiB, backup.memoryMiB - drillMiB]).toEqual([160, 64]);
  const without = resolveFleet({ hosts: { local: {} } }, "dev");
  expect(estimateHost(without, without.hosts["local"]!).portal).toBeUndefined();
});

test("names and domains of declared tenants aren't sold, nor is the portal's own", () => {
  const tenants = { acme: { slot: 1, domains: ["shop.localhost", "acme.com"] }, globex: { slot: 2 } };
  const { portal } = resolveFleet({ ...sound, tenants }, "dev");
  expect(portal!.sells.takenAddresses).toEqual(["acme", "acme.com", "globex", "portal", "shop"]);
});

test.each<[string, object, string, RegExp]>([
  ["no edge", { ...sound, edge: undefined }, "odoo-fleet:edge", /an edge/],
  ["no slots", withPortal({ slots: {} }), "odoo-fleet:portal.slots", /ranges of slots by host/],
  ["slots of no host", withPortal({ slots: { other: { from: 1, to: 2 } } }), "odoo-fleet:portal.slots.other", /local/],
  [
    "a range backwards",
    withPortal({ slots: { local: { from: 9, to: 8 } } }),
    "odoo-fleet:portal.slots.local",
    /last slot/,
  ],
  [
    "its own slot sold",
    withPortal({ slot: 510 }),
    "odoo-fleet:portal.slot",
    /outside of odoo-fleet:portal.slots.local/,
  ],
  ["nothing sold", withPortal({ plans: {} }), "odoo-fleet:portal.plans", /prices by plan/],
  [
    "an unknown plan",
    withPortal({ plans: { startr: offer.plans.starter } }),
    "odoo-fleet:portal.plans.startr",
    /starter/,
  ],
  ["no mail", { ...sound, portal: offer }, "odoo-fleet:portal.mail", /mail server/],
  ["half a login", withPortal({ mail: { ...mail, username: "u" } }), "odoo-fleet:portal.mail.password", /neither/],
  ["an unknown host", withPortal({ host: "nowhere" }), "odoo-fleet:portal.host", /local/],
  [
    "several hosts",
    { ...sound, hosts: { local: {}, odoo2: { docker: "ssh://ops@h2" } } },
    "odoo-fleet:portal.host",
    /has to say/,
  ],
  [
    "a tenant called portal",
    { ...sound, tenants: { portal: { slot: 1 } } },
    "odoo-fleet:tenants.portal",
    /another name/,
  ],
  [
    "a tenant at its address",
    { ...withPortal({ hostName: "shop.localhost" }), tenants: { shop: { slot: 1 } } },
    "odoo-fleet:tenants.shop",
    /shop\.localhost is the portal's address/,
  ],
  [
    "a domain that is its address",
    { ...sound, tenants: { acme: { slot: 1, domains: ["portal.localhost"] } } },
    "odoo-fleet:tenants.acme.domains[0]",
    /isn't the portal's/,
  ],
  [
    "an Odoo that the host has no image of",
    { ...withPortal({ odooVersions: ["18.0"] }), images: { odoo: { "18.0": null } } },
    'odoo-fleet:images.odoo["18.0"]',
    /portal needs/,
  ],
])("%s is refused", (_, config, path, expected) => {
  const problems = problemsOf(JSON.parse(JSON.stringify(config)) as object);
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]!.expected).toMatch(expected);
  expect(problems[0]!.wayOut).not.toBe("");
});

test("what sees every container of a host is sized for each place that is sold there, and the others aren't", () => {
  const fleet = resolveFleet({ ...withPortal({}), monitoring: {} }, "dev");
  const served = (service: "cadvisor" | "prometheus" | "blackbox-exporter"): number =>
    servedTenants(fleet, fleet.monitoring!.hosts["local"]!, service);
  // Fifty that are sold, and the portal itself.
  expect([served("cadvisor"), served("prometheus"), served("blackbox-exporter")]).toEqual([51, 51, 0]);
});

test("sets of modules are offered as they are declared, with what is left out; mistakes are told by their paths", () => {
  const sales = { modules: ["sale_management", "crm", "crm"], title: { en: "Sales" }, summary: { en: "Quotations" } };
  const french = {
    modules: ["project"],
    title: { en: "Projects", fr: "Projets", ar: "المشاريع" },
    summary: { en: "Tasks", fr: "Tâches", ar: "المهام" },
  };
  const { portal } = resolveFleet(withPortal({ sets: { sales, projects: { ...french, picture: "wrench" } } }), "dev");
  const { sets } = portalSettings(portal!);
  expect(Object.entries(sets!)).toEqual([
    [
      "sales",
      {
        modules: ["crm", "sale_management"],
        title: { en: "Sales", fr: "Sales", ar: "Sales" },
        summary: { en: "Quotations", fr: "Quotations", ar: "Quotations" },
        picture: "box",
      },
    ],
    ["projects", { ...french, picture: "wrench" }],
  ]);
  expect(portalSettings(resolveFleet(withPortal({ sets: {} }), "dev").portal!)).not.toHaveProperty("sets");
  const wrong = (set: object): string[] =>
    problemsOf(withPortal({ sets: { sales: { ...sales, ...set } } })).map(({ path }) => path.replace(/^.*sets/, ""));
  expect(wrong({ modules: [] })).toEqual([".sales.modules"]);
  expect(wrong({ modules: ["crm", "../crm"] })).toEqual([".sales.modules[1]"]);
  expect(wrong({ title: { fr: "Ventes" }, summary: { en: "" } })).toEqual([".sales.title.en", ".sales.summary.en"]);
  expect(wrong({ picture: "https://example.com/shop.png" })).toEqual([".sales.picture"]);
  expect(problemsOf(withPortal({ sets: { "No Name": sales } }))).toEqual([
    expect.objectContaining({ path: 'odoo-fleet:portal.sets["No Name"]' }),
  ]);
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`set-${index}`, sales]));
  expect(problemsOf(withPortal({ sets: many }))).toEqual([
    expect.objectContaining({ path: "odoo-fleet:portal.sets", value: "(21 sets)" }),
  ]);
});

test("each set is prepared for each release on the hosts whose slots are sold, and on no other", () => {
  const set = { modules: ["crm"], title: { en: "Sales" }, summary: { en: "Quotations" } };
  const config = { ...withPortal({ sets: { sales: set }, host: "local", odooVersions: ["19.0", "18.0"] }) };
  const { portal } = resolveFleet({ ...config, hosts: { local: {}, other: { docker: "ssh://user@other" } } }, "dev");
  expect(seedsSold(portal, "local")).toEqual([
    { odooVersion: "19.0", modules: ["base", "crm", "web"] },
    { odooVersion: "18.0", modules: ["base", "crm", "web"] },
  ]);
  expect(seedsSold(portal, "other")).toEqual([]);
  expect(seedsSold(undefined, "local")).toEqual([]);
});
