import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../tools/bench/commands";
import { baseImages } from "./imagesSandbox";

const root = join(__dirname, "..", "..");

/**
 * What a database of a real Odoo 18 has, that the scripts to 19 look for, and that one which 19 made under 18's name hasn't.
 */
export const shapeOf18 = `CREATE TABLE rel_server_actions (server_id integer, action_id integer);
ALTER TABLE ir_filters ADD user_id integer;
ALTER TABLE res_partner ADD mobile varchar;
ALTER TABLE mail_link_preview ADD message_id integer, ADD is_hidden boolean;
ALTER TABLE rel_server_actions OWNER TO odoo;`;

/**
 * Makes an image of Odoo 19 that has the packages of OpenUpgrade beside it, for a build that reaches no index.
 *
 * @param context an empty folder.
 * @returns its name.
 */
export async function baseWithOpenUpgrade(context: string): Promise<string> {
  const folderOfPip = await run("bash", [join(root, "setup", "ansible.sh")]);
  const requirements = join(root, "images", "openupgrade", "requirements", "19.0.txt");
  const download = ["download", "--quiet", "--no-deps", "--require-hashes", "--requirement", requirements];
  await run(join(folderOfPip.trim(), "pip"), [...download, "--dest", join(context, "wheels")]);
  return built(context, "19.0", [
    `FROM ${baseImages().odoo}`,
    "USER root",
    "COPY wheels /wheels",
    String.raw`RUN printf '[global]\nno-index = true\nfind-links = /wheels\n' >/etc/pip.conf`,
    "USER odoo",
  ]);
}

/**
 * Offers Odoo 18.0 and 19.0 to the project in a folder. Debian has no Odoo 18: where there are no official images, 18.0 is 19 under another number.
 *
 * @returns whether 18.0 is no real one.
 */
export async function offerReleases(folder: string): Promise<boolean> {
  const file = join(folder, "build", "offline-images.json");
  if (!existsSync(file)) {
    return false;
  }
  const standIns = JSON.parse(readFileSync(file, "utf8")) as { odoo: Record<string, string | null> };
  const numbered = `RUN sed -i "s/^version_info = .*/version_info = (18, 0, 0, FINAL, 0, '')/" "$(python3 -c 'import odoo.release; print(odoo.release.__file__)')"`;
  const context = mkdtempSync(join(tmpdir(), "odoo-fleet-release-"));
  try {
    const lines = [`FROM ${baseImages().odoo}`, "ENV ODOO_VERSION=18.0", "USER root", numbered, "USER odoo"];
    standIns.odoo["18.0"] = await built(context, "18.0", lines);
    standIns.odoo["19.0"] = await baseWithOpenUpgrade(context);
  } finally {
    rmSync(context, { recursive: true });
  }
  // The folder's own, no link to this machine's.
  rmSync(file);
  writeFileSync(file, JSON.stringify(standIns));
  return true;
}

/** @returns the name of the image. */
async function built(context: string, release: string, lines: readonly string[]): Promise<string> {
  const name = `odoo-fleet.test/odoo:${release}`;
  writeFileSync(join(context, "Dockerfile"), `${lines.join("\n")}\n`);
  await run("docker", ["build", "--quiet", "--tag", name, context]);
  return name;
}
