import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the former states of a stack that a backend of files keeps and that have a tenant's secret, encrypted.
 *
 * @param url of the backend; undefined: Pulumi's own service.
 * @returns what was done, or what only somebody else can do.
 */
export function forgetHistory(url: string | undefined, stack: string, tenant: string): string[] {
  if (url?.startsWith("file://") !== true) {
    return [
      "former versions of the stack's state may have its secret, encrypted: have the backend " +
        `${url ?? "(Pulumi's service)"} forget the versions of before now, or change the stack's passphrase or key`,
    ];
  }
  const folder = join(
    url
      .slice("file://".length)
      .replace(/\?.*$/, "")
      .replace(/^~/, process.env["HOME"] ?? "~"),
    ".pulumi",
  );
  const former = ["history", "backups", "stacks"].flatMap((one) => filesBelow(join(folder, one)));
  const gone = former
    .filter((file) => file.split("/").some((part) => part === stack || part.startsWith(`${stack}.`)))
    .filter((file) => !file.endsWith(`/${stack}.json`))
    .filter((file) => readFileSync(file, "utf8").includes(`::${tenant}-backup-password`));
  gone.forEach((file) => rmSync(file));
  return [`${gone.length} former versions of the stack's state had its secret, and are removed`];
}

function filesBelow(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((name) => join(folder, name))
        .filter((file) => statSync(file).isFile())
    : [];
}
