import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageSpecs } from "../../../../components/host/imageSpec";

const baseImages = { odoo: "odoo:19.0-20260908", postgres: "postgres:17.11-trixie", nginx: "nginx:1.30.5-trixie" };
const tenant = {
  baseImages,
  odooVersion: "19.0",
  postgresVersion: 17,
  modules: ["base", "web"],
  serverWideModules: [],
} as const;
const none = { addons: [], pythonPackages: [], debianPackages: [] };
const all = (extras: object = {}, modules: readonly string[] = tenant.modules): ReturnType<typeof imageSpecs> =>
  imageSpecs({ ...tenant, odooImage: { ...none, ...extras }, modules }, process.cwd());
const odoo = (...args: Parameters<typeof all>): ReturnType<typeof all>["odoo"] => all(...args).odoo;

describe("image specifications", () => {
  let folder: string;
  beforeEach(() => {
    mkdirSync("build", { recursive: true });
    folder = mkdtempSync(join("build", "addons-"));
    mkdirSync(join(folder, "module"));
    writeFileSync(join(folder, "module", "__manifest__.py"), "{'name': 'Module'}");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("name an image by its content", () => {
    expect(odoo().name).toMatch(/^odoo-fleet\/odoo:19\.0-[0-9a-f]{12}$/);
    expect(odoo()).toEqual(odoo());
    expect(all().postgres.name).toMatch(/^odoo-fleet\/postgres:17-/);
    expect(all().nginx.name).toMatch(/^odoo-fleet\/nginx:/);
  });

  it("give another name when the base, the packages, the modules or the addons differ", () => {
    const others = [
      imageSpecs({ ...tenant, baseImages: { ...baseImages, odoo: "odoo:other" }, odooImage: none }, "").odoo,
      odoo({ pythonPackages: ["phonenumbers==8.13.50"] }),
      odoo({ debianPackages: ["fonts-noto"] }),
      odoo({}, ["base", "crm", "web"]),
      odoo({ addons: [folder] }),
    ];
    expect(new Set([odoo(), ...others].map(({ name }) => name)).size).toBe(6);
  });

  it("notice a changed file, a new file and a program among the addons, and nothing else", () => {
    const names = [odoo({ addons: [folder] }).name];
    writeFileSync(join(folder, "module", "__manifest__.py"), "{'name': 'Changed'}");
    names.push(odoo({ addons: [folder] }).name);
    writeFileSync(join(folder, "module", "new.py"), "");
    names.push(odoo({ addons: [folder] }).name);
    writeFileSync(join(folder, "module", "new.py"), "#!/usr/bin/env python3");
    names.push(odoo({ addons: [folder] }).name);
    expect(new Set(names).size).toBe(4);
    writeFileSync(join(folder, "module", "new.pyc"), "");
    writeFileSync(join(folder, "README.md"), "no part of any module");
    // Not every machine has modes.
    chmodSync(join(folder, "module", "new.py"), 0o755);
    expect(odoo({ addons: [folder] }).name).toBe(names.at(-1));
  });

  it("put the addons beside the Dockerfile", () => {
    const { context } = odoo({ addons: [folder] });
    expect(readFileSync(join(context, "addons", "module", "__manifest__.py"), "utf8")).toContain("Module");
    expect(readFileSync(join(context, "Dockerfile"), "utf8")).toContain("ARG BASE_IMAGE");
    expect(statSync(join(context, "bin", "make-seed")).mode & 0o777).toBe(0o755);
  });

  it("check server-wide modules in the image of those who ask for them, and change no other", () => {
    const asks = imageSpecs({ ...tenant, odooImage: none, serverWideModules: ["queue_job"] }, "").odoo;
    expect(asks.buildArgs["SERVER_WIDE_MODULES"]).toBe("queue_job");
    expect(odoo().buildArgs).not.toHaveProperty("SERVER_WIDE_MODULES");
  });

  it("keep paths of this machine out of the state", () => {
    expect(odoo().context).toBe("./images/odoo");
    expect(odoo({ addons: [folder] }).context).toMatch(/^\.\/build\/image-contexts\//);
    // An inline program runs elsewhere than the engine, which then needs the whole path.
    const { context } = imageSpecs({ ...tenant, odooImage: none }, "").odoo;
    expect(context).toBe(join(process.cwd(), "images", "odoo"));
  });
});
