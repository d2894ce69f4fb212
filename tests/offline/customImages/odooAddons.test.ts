import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bases, ImageSandbox, specs } from "../../support/customImages";
import type { Container } from "../../support/imagesSandbox";

const sandbox = new ImageSandbox();
/** A release of a package that the distribution has in another one, and that no index has. */
const version = "2.32.4711";
const manifest = (content: object): string => JSON.stringify(content).replace(/\bfalse\b/g, "False");
const addons: Readonly<Record<string, string>> = {
  "shared/linked/__manifest__.py": manifest({ name: "Linked", depends: ["base", "web"] }),
  "shared/linked/data/a.xml": "<odoo/>",
  "repository/deep/er/module_below/__manifest__.py": manifest({ name: "Below", depends: ["linked"] }),
  "repository/.git/HEAD": "ref: refs/heads/main",
  "repository/deep/er/module_below/.git/HEAD": "ref: refs/heads/main",
  "repository/deep/er/module_below/__pycache__/a.pyc": "",
  "repository/closed/__manifest__.py": manifest({ name: "Closed", installable: false }),
  "repository/wants_more/__manifest__.py": manifest({
    depends: ["nowhere_to_be_found"],
    external_dependencies: { python: ["requests>=2", "no-such-package"] },
  }),
};

/** Puts a wheel of `requests` into an image, which pip then takes for the whole of PyPI. */
const makeWheel = `python3 -c "import os, zipfile; \
os.makedirs('/wheels'); \
wheel = zipfile.ZipFile('/wheels/requests-${version}-py3-none-any.whl', 'w'); \
info = 'requests-${version}.dist-info/'; \
wheel.writestr('requests/__init__.py', '__version__ = \\'${version}\\''); \
wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: requests\\nVersion: ${version}\\n'); \
wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'); \
wheel.writestr(info + 'entry_points.txt', '[console_scripts]\\nfetch-something = requests:main\\n'); \
wheel.writestr(info + 'RECORD', ''); wheel.close()" && mkdir -p /etc/xdg/pip \
&& printf '[global]\\nno-index = true\\nfind-links = /wheels\\n' >/etc/pip.conf`;

let container: Container;
let folder: string;

beforeAll(async () => {
  mkdirSync("build", { recursive: true });
  folder = mkdtempSync(join("build", "test-addons-"));
  for (const [path, content] of Object.entries(addons)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  symlinkSync("../shared/linked", join(folder, "repository", "linked"));
  const base = await sandbox.derive(bases().odoo["19.0"]!, makeWheel);
  const { odoo } = specs({ addons: [`${folder}/repository`], pythonPackages: [`requests==${version}`] });
  // Up to the seed, which takes minutes and isn't what this is about.
  const buildArgs = { ...odoo.buildArgs, BASE_IMAGE: base };
  const image = await sandbox.build({ ...odoo, buildArgs }, "--target=runtime");
  container = await sandbox.start({
    image,
    options: ["--network=none", "--entrypoint=sh"],
    command: ["-c", "sleep infinity"],
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.clean();
  await sandbox.forgetImages();
});

test("addons are in the image beside each other, links and all, and without what isn't theirs", async () => {
  expect((await container.shell("cd /opt/odoo-fleet/addons && find . -type f | LC_ALL=C sort")).split("\n")).toEqual([
    "./.gitkeep",
    "./closed/__manifest__.py",
    "./linked/__manifest__.py",
    "./linked/data/a.xml",
    "./module_below/__manifest__.py",
    "./wants_more/__manifest__.py",
  ]);
  expect(await container.shell("find /opt/odoo-fleet/addons -type l")).toBe("");
});

test("Python packages come before the distribution's, for Odoo and whatever it runs, and take nothing away", async () => {
  const ask = "import requests, lxml; print(requests.__version__, lxml.__file__)";
  const seen = new RegExp(`^${version.replaceAll(".", "\\.")} /usr/lib/python3/dist-packages/lxml`);
  expect(await container.exec("python3", "-c", ask)).toMatch(seen);
  // Odoo's own script starts Python with the distribution's path; its shell runs in the same process.
  const odoo =
    "import runpy, sys; sys.argv = ['odoo', '--version']; runpy.run_path('/usr/bin/odoo', run_name='__main__')";
  expect(
    await container.exec(
      "python3",
      "-c",
      `import atexit, requests; atexit.register(lambda: print(requests.__version__)); ${odoo}`,
    ),
  ).toMatch(new RegExp(`Odoo Server 19[^]*${version}`));
  expect(await container.shell("command -v fetch-something")).toBe("/usr/local/bin/fetch-something");
  expect(await container.shell("ls -d /usr/lib/python3/dist-packages/requests")).toContain("requests");
});

test("modules that can't be installed are named before the seed is made, all at once and last", async () => {
  const check = "/opt/odoo-fleet/bin/modules-are-in-odoo-or-addons";
  expect(await container.exec(check, "base,web,module_below,linked,crm")).toBe("");
  expect(await container.exec(check, "")).toBe("");
  const said = await container.shell(`${check} base,closed,wants_more,gone 2>&1 && echo fine || echo "ended with $?"`);
  expect(said.split("\n").slice(-6)).toEqual([
    "These modules can't be installed:",
    '- "closed", which is asked for, is not installable',
    '- "wants_more", which is asked for, needs the Python package no-such-package: add it to pythonPackages',
    '- "gone", which is asked for, is neither in Odoo nor in the addons',
    '- "nowhere_to_be_found", which "wants_more" depends on, is neither in Odoo nor in the addons',
    "ended with 1",
  ]);
});
