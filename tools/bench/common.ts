import { randomBytes } from "node:crypto";
import { pack } from "tar-stream";
import { type Limits, resolveFleet } from "../../fleet";
import type { Cleanup } from "./cleanup";
import { run } from "./commands";
import { benchLabel, engine, removeLabelled } from "./engine";
import { firstOk } from "./http";
import { configOf } from "./stack";

/** Slot whose port the common way's Nginx is published on. */
const slot = 989;

const names = {
  network: "odoo-fleet-bench",
  postgres: "bench-common-db",
  odoo: "bench-common-odoo",
  nginx: "bench-common-nginx",
};

/** What a guide for Odoo behind Nginx has. */
const nginxConf = `server {
  listen 80;
  client_max_body_size 64m;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_read_timeout 720s;
  location / { proxy_pass http://${names.odoo}:8069; }
}
`;

/**
 * The common way to a new Odoo: the same base images with the limits of the same plan, started one after the other by
 * the docker CLI, and a database that `odoo -i base` initialises. It neither has a seed nor restricts its containers.
 *
 * @returns seconds from the first command to the first 200 on the login page through Nginx.
 */
export async function commonWay(cleanup: Cleanup): Promise<number> {
  cleanup.defer("the common way's containers", () => removeLabelled([benchLabel]));
  await removeLabelled([benchLabel]);
  const { hosts, tenants } = resolveFleet(configOf({ common: slot }), "bench");
  const { images } = hosts["local"]!;
  const { sizing, odooVersion, postgresVersion, url, ports } = tenants["common"]!;
  const { postgres, odoo, nginx } = sizing;
  // In the environment of the CLI, not in its arguments.
  const env = { POSTGRES_USER: "odoo", POSTGRES_DB: "postgres", POSTGRES_PASSWORD: randomBytes(16).toString("hex") };
  const docker = (...args: string[]): Promise<string> =>
    run("docker", args, { env: { ...env, USER: "odoo", PASSWORD: env.POSTGRES_PASSWORD } });
  const container = (name: string, limits: Limits): string[] => [
    ...["--name", name, "--network", names.network, "--label", benchLabel],
    ...["--memory", `${limits.memoryMiB}m`, "--memory-swap", `${limits.memoryMiB}m`, "--cpus", limits.cpus.toString()],
  ];

  const started = performance.now();
  await docker("network", "create", "--label", benchLabel, names.network);
  const variables = Object.keys(env).flatMap((name) => ["--env", name]);
  await docker(
    "run",
    "--detach",
    ...container(names.postgres, postgres),
    ...variables,
    images.postgres[postgresVersion]!,
  );
  await untilReady(docker);
  const login = ["--env", `HOST=${names.postgres}`, "--env", "USER", "--env", "PASSWORD"];
  await docker(
    ...["run", "--detach", ...container(names.odoo, odoo), ...login, images.odoo[odooVersion]!],
    ...["odoo", "--database", "bench", "--init", "base", "--proxy-mode"],
  );
  await docker("create", ...container(names.nginx, nginx), "--publish", `127.0.0.1:${ports.http}:80`, images.nginx);
  await copyConf();
  await docker("start", names.nginx);
  const answered = await firstOk(`${url}/web/login`);
  await removeLabelled([benchLabel]);
  return (answered - started) / 1000;
}

/** Over TCP: the temporary server of a first start listens on its socket only. */
async function untilReady(docker: (...args: string[]) => Promise<string>): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    try {
      await docker("exec", names.postgres, "pg_isready", "--quiet", "--host", "127.0.0.1");
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A file in a container that isn't started yet; a bind mount would not reach a remote engine. */
async function copyConf(): Promise<void> {
  const archive = pack();
  archive.entry({ name: "default.conf", mode: 0o644 }, nginxConf);
  archive.finalize();
  await engine.getContainer(names.nginx).putArchive(archive, { path: "/etc/nginx/conf.d" });
}
