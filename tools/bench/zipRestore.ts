import { randomBytes } from "node:crypto";
import { type Limits, resolveFleet } from "../../fleet";
import type { Cleanup } from "./cleanup";
import { run } from "./commands";
import { benchLabel, removeLabelled } from "./engine";
import { configOf } from "./stack";

/** A tenant on the smallest plan, and its containers. */
export interface ZippedTenant {
  readonly database: string;
  readonly odoo: string;
}

const names = { network: "odoo-fleet-bench", postgres: "bench-zip-db", odoo: "bench-zip-odoo" };

/** Where Odoo has its data. */
const data = "/var/lib/odoo";

/** Where a tenant's Odoo may write as much as it has. */
const folder = `${data}/bench`;

/**
 * Restores a tenant as Odoo's own database manager does: from its zip of the same data, by the tenant's image, into a PostgreSQL of the tenant's base image,
 * with the limits of its plan. The zip is made before, and its time isn't counted.
 *
 * @returns seconds.
 */
export async function zipRestoreSeconds({ database, odoo }: ZippedTenant, cleanup: Cleanup): Promise<number> {
  cleanup.defer("what Odoo's zip is restored into", () => removeLabelled([benchLabel]));
  await removeLabelled([benchLabel]);
  const zip = `${folder}/${database}.zip`;
  // What the fleet notes in a schema of its own isn't Odoo's to read. Odoo throws away what it says.
  const pgDump = `printf '#!/bin/sh\\nexec /usr/bin/pg_dump --exclude-schema=odoo_fleet "$@" 2>${folder}/said\\n' >${folder}/bin/pg_dump && chmod +x ${folder}/bin/pg_dump`;
  const dump = `PATH=${folder}/bin:$PATH TMPDIR=${folder} odoo db --config /etc/odoo-fleet/odoo.conf dump ${database} ${zip}`;
  await run("docker", [
    "exec",
    odoo,
    "sh",
    "-ec",
    `mkdir -p ${folder}/bin && ${pgDump} && ${dump} || { cat ${folder}/said >&2; exit 1; }`,
  ]);
  const { hosts, tenants } = resolveFleet(configOf({ zipped: 947 }), "bench");
  const { sizing, postgresVersion } = tenants["zipped"]!;
  // In the environment of the CLI, not in its arguments.
  const password = randomBytes(16).toString("hex");
  const env = {
    ...{ POSTGRES_USER: "odoo", POSTGRES_DB: "postgres", POSTGRES_PASSWORD: password },
    // The volume of what is restored, which is Odoo's as the image's folder is.
    ...{ PGHOST: names.postgres, PGUSER: "odoo", PGPASSWORD: password, TMPDIR: data },
  };
  const docker = (...args: string[]): Promise<string> => run("docker", args, { env });
  const container = (name: string, { memoryMiB, cpus }: Limits, variables: readonly string[]): string[] => [
    ...["--name", name, "--network", names.network, "--label", benchLabel],
    ...["--memory", `${memoryMiB}m`, "--memory-swap", `${memoryMiB}m`, "--cpus", cpus.toString()],
    ...variables.flatMap((variable) => ["--env", variable]),
  ];
  await docker("network", "create", "--label", benchLabel, names.network);
  await docker(
    ...["run", "--detach"],
    ...container(names.postgres, sizing.postgres, ["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"]),
    hosts["local"]!.images.postgres[postgresVersion]!,
  );
  // Over TCP: the temporary server of a first start listens on its socket only.
  const ready = "until pg_isready --quiet --host 127.0.0.1; do sleep 0.2; done";
  await docker("exec", names.postgres, "timeout", "120", "sh", "-c", ready);
  const [image, volumes] = await Promise.all([
    docker("inspect", "--format", "{{.Image}}", odoo),
    docker(
      "inspect",
      "--format",
      '{{range .Mounts}}{{if eq .Destination "/var/lib/odoo"}}{{.Name}}{{end}}{{end}}',
      odoo,
    ),
  ]);
  const started = performance.now();
  await docker(
    ...["run", "--rm", ...container(names.odoo, sizing.odoo, ["PGHOST", "PGUSER", "PGPASSWORD", "TMPDIR"])],
    ...["--volume", `${volumes.trim()}:/from:ro`, "--volume", data, "--entrypoint", "odoo", image.trim()],
    ...["db", "--data-dir", data, "load", database, zip.replace(data, "/from")],
  );
  const seconds = (performance.now() - started) / 1000;
  await removeLabelled([benchLabel]);
  await run("docker", ["exec", odoo, "rm", "-r", folder]);
  return seconds;
}
