import { parseFleet, resolveFleet } from "../../../fleet";

const hosts = { local: {} };

describe("addons", () => {
  test("are one folder or a list of them, each once", () => {
    const addons = (value: unknown): unknown =>
      resolveFleet({ hosts, tenants: { acme: { addons: value } } }, "dev").tenants["acme"]!.odooImage.addons;
    expect(addons("addons/acme")).toEqual(["addons/acme"]);
    expect(addons(["b", "a", "b"])).toEqual(["b", "a"]);
    expect(() => addons("/etc")).toThrow(/tenants\.acme\.addons/);
    expect(() => addons([["a"]])).toThrow(/tenants\.acme\.addons/);
  });
});

describe("options of odoo.conf", () => {
  const fault = (option: string, value: unknown): string => {
    const result = parseFleet({ hosts, tenants: { acme: { odooOptions: { [option]: value } } } }, "dev");
    return result.ok
      ? ""
      : result.problems.map((one) => [one.path, one.value, one.expected, one.wayOut].join("\n")).join();
  };

  test.each([
    ["limit_request", [1, 1_000_000], [0, 1.5, "8192", true]],
    ["limit_time_real_cron", [1, 86_400], [0, -1]],
    ["log_level", ["warn", "debug"], ["debug_rpc", "debug_sql", "WARN", 1]],
    ["email_from", ["a@example.com"], ["a", "a@b c", "a@b\nadmin_passwd = x", "a@%(x)s"]],
    ["from_filter", ["example.com,b@example.org"], ["a b", "a\nb"]],
    ["smtp_server", ["mail.example.com", "10.0.0.1"], ["", "a b", "a\nb", "-"]],
    ["smtp_port", [1, 65_535], [0, 65_536, "25"]],
    ["smtp_ssl", [true, false], ["True", 1]],
    ["transient_age_limit", [0, 2.5], [-1, "1"]],
    ["osv_memory_count_limit", [0], [-1, 0.5]],
    ["websocket_keep_alive_timeout", [60], [1]],
    ["websocket_rate_limit_burst", [1], [0]],
    ["websocket_rate_limit_delay", [0, 0.2], [-0.1]],
    ["reportgz", [true], ["yes"]],
    [
      "queue_job",
      [{}, { channels: "root:2,root.mail:1" }],
      [{ channels: "root:2\nhost = x" }, { host: "x" }, "root:2"],
    ],
  ])("%s is taken within its kind and range", (option, right, wrong) => {
    expect(right.map((value) => fault(option, value))).toEqual(right.map(() => ""));
    for (const value of wrong) {
      expect(fault(option, value)).toContain(`odoo-fleet:tenants.acme.odooOptions.${option}`);
    }
  });

  test.each([
    ["db_password", "a tenant has one database"],
    ["db_maxconn", "connections follow from the plan"],
    ["db_sslmode", "the fleet runs the tenant's database itself"],
    ["dbfilter", "a tenant has one database"],
    ["list_db", "a tenant has one database"],
    ["workers", "it follows from the plan's memory and CPUs"],
    ["limit_memory_hard", "it follows from the plan's memory and CPUs"],
    ["limit_time_real", "it follows from the plan's memory and CPUs"],
    ["admin_passwd", "it is random for each tenant"],
    ["smtp_password", "a mail server with a login is entered in Odoo"],
    ["addons_path", "the modules of `addons` are in the image"],
    ["server_wide_modules", "modules to load are named in `serverWideModules`"],
    ["data_dir", "the container's root is read-only"],
    ["http_port", "Odoo is reached through the tenant's Nginx alone"],
    ["gevent_port", "Odoo is reached through the tenant's Nginx alone"],
    ["proxy_mode", "Odoo is reached through the tenant's Nginx alone"],
    ["without_demo", "it is fixed when the tenant's seed is built"],
  ])("%s is refused, with the reason", (option, reason) => {
    const said = fault(option, "a value");
    expect(said).toContain(`no value here: ${reason}`);
    expect(said).toContain(`pulumi config rm --path 'odoo-fleet:tenants.acme.odooOptions.${option}'`);
    expect(said.includes("a value")).toBe(!/passw/.test(option));
  });

  test("that nobody knows is told the nearest one", () => {
    expect(fault("limit_requests", 1)).toContain("limit_request");
  });

  test("reach the tenant as they are", () => {
    const odooOptions = { limit_request: 100, queue_job: { channels: "root:2" } };
    const tenant = { odooOptions, serverWideModules: ["queue_job", "dms", "queue_job"] };
    expect(resolveFleet({ hosts, tenants: { acme: tenant } }, "dev").tenants["acme"]).toMatchObject({
      odooOptions,
      serverWideModules: ["dms", "queue_job"],
    });
  });
});
