/**
 * `portalWorker.ts STACK --config-file FILE --folder FOLDER [--policy-pack FOLDER] [--policy-pack-config FILE]`: writes what the
 * portal's worker starts with, from the stack's configuration and outputs, into FOLDER: files that nobody else can read.
 */
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { estimateHosts, type Fleet, namespace, type RawConfig, portalSettings } from "../fleet";
import { stackOutputs } from "./capacity/access";
import { fleetOfStackFile } from "./stackFile";
import { configOfFile } from "./stackFile";
import { parseStackReference } from "./stackName";

const outputsSchema = z.object({ portalDatabaseUrl: z.url(), fleetSecret: z.string() });

/**
 * What the worker makes tenants from. The rest of a declaration is the fleet's own: its tenants, what watches it, how its edges prove their domain, its
 * secrets but the one that a tenant's own copies need.
 */
const fleetKeys = ["hosts", "plans", "images", "defaults", "edge", "backup"] as const;

/** The policy pack that each `up` of the worker is judged by, where it isn't the project's own as it is. */
export interface WorkerPolicy {
  readonly pack?: string;
  readonly config?: string;
}

/** Secrets of the stack's file that the worker gets. */
export interface WorkerSecrets {
  /** What the target of copies is opened with; undefined: none is declared. */
  readonly target?: string;
  /** Stripe's key; undefined: nothing is paid by it. */
  readonly stripe?: string;
}

/**
 * The worker's files, by name.
 *
 * @param text the stack's file.
 * @param outputs the stack's outputs, with secrets.
 * @throws Error when the stack declares no portal, or wasn't brought up with it.
 */
export function workerFiles(
  text: string,
  environment: string,
  outputs: unknown,
  { pack, config }: WorkerPolicy = {},
  secrets: WorkerSecrets = {},
): Record<string, string> {
  const declaredFleet = fleetOfStackFile(text, environment);
  const { portal, offsite } = declaredFleet;
  if (portal === undefined) {
    throw new Error(`STACK=${environment} declares no portal; expected odoo-fleet:portal in its configuration`);
  }
  const made = outputsSchema.safeParse(outputs);
  if (!made.success) {
    throw new Error(`the portal of STACK=${environment} isn't up: make up STACK=${environment}`);
  }
  const declared: RawConfig = configOfFile((parse(text) as { config: Record<string, unknown> }).config);
  const fleet = {
    ...Object.fromEntries(fleetKeys.flatMap((key) => (key in declared ? [[key, declared[key]]] : []))),
    ...(declared["edge"] !== undefined && { edge: { ...(declared["edge"] as object), wildcard: undefined } }),
    ...(offsite && {
      backup: withSecret(declared["backup"] as Record<string, object>, offsite.target.kind, secrets.target),
    }),
  };
  const worker = {
    // Of its own: stacks of several environments may be in one backend.
    project: `odoo-fleet-portal-${environment}`,
    atOnce: portal.atOnce,
    ...(pack !== undefined && { policyPack: resolve(pack) }),
    ...(config !== undefined && { policyPackConfig: resolve(config) }),
    exports: { host: portal.host, volume: portal.names.exportsVolume, reader: portal.names.web },
    monitors: monitorsOf(declaredFleet),
    declared: Object.fromEntries(
      estimateHosts(declaredFleet).map(({ host, memoryMiB, cpus }) => [
        host,
        { memoryMiB: memoryMiB.used, cpus: cpus.used },
      ]),
    ),
    fleet: { environment, ...fleet },
  };
  return {
    "settings.json": JSON.stringify(portalSettings(portal), null, 2),
    "worker.json": JSON.stringify(worker, null, 2),
    "database-url": made.data.portalDatabaseUrl,
    "fleet-secret": made.data.fleetSecret,
    // Empty, it takes back what was there.
    "stripe-key": stripeKeyOf(portal.sells.invoices?.payment, secrets.stripe),
  };
}

/** The Alertmanagers of a fleet and the Prometheuses beside them, which the worker asks by the engines of their hosts. */
function monitorsOf({ monitoring }: Fleet): object[] {
  return Object.values(monitoring?.hosts ?? {}).flatMap(({ role, host, names, services, ports }) =>
    role === "server"
      ? [
          {
            host,
            alertmanager: names.containers.alertmanager,
            prometheus: names.containers.prometheus,
            ...(services.includes("grafana") && { dashboards: `http://127.0.0.1:${ports.grafana}/` }),
          },
        ]
      : [],
  );
}

/** Where the secret of each kind of target is in `backup`. */
const secretKeys = { s3: "secretAccessKey", sftp: "privateKey" } as const;

/** The declared target of copies with its secret, which the stack's file has encrypted. */
function withSecret(backup: Record<string, object>, kind: keyof typeof secretKeys, secret?: string): object {
  if (secret === undefined) {
    throw new Error(`the secret of odoo-fleet:backup.${kind}.${secretKeys[kind]} is missing`);
  }
  return { ...backup, [kind]: { ...backup[kind], [secretKeys[kind]]: secret } };
}

/** Where Stripe's key is. */
const stripeKeyPath = "portal.invoices.stripe.secretKey";

function stripeKeyOf(payment: "invoice" | "stripe" | undefined, key: string | undefined): string {
  if (payment === "stripe" && key === undefined) {
    throw new Error(`the secret ${namespace}:${stripeKeyPath} is missing`);
  }
  return payment === "stripe" ? key! : "";
}

/** Asks the CLI for the secrets that the worker gets. */
async function secretsOf(stack: string, file: string, environment: string): Promise<WorkerSecrets> {
  const { offsite, portal } = fleetOfStackFile(readFileSync(file, "utf8"), environment);
  const ask = async (path: string): Promise<string> => {
    const args = ["config", "get", "--path", `${namespace}:${path}`, "--stack", stack, "--config-file", file];
    const { stdout } = await promisify(execFile)("pulumi", args);
    return stdout.replace(/\n$/, "");
  };
  const kind = offsite?.target.kind;
  return {
    ...(kind && { target: await ask(`backup.${kind}.${secretKeys[kind]}`) }),
    ...(portal?.sells.invoices?.payment === "stripe" && { stripe: await ask(stripeKeyPath) }),
  };
}

/** Writes files that only this user can read. @returns whether one of them is another than it was. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const changed = Object.entries(files).filter(([name, content]) => {
    const file = join(folder, name);
    return !existsSync(file) || readFileSync(file, "utf8") !== content;
  });
  for (const [name, content] of changed) {
    const part = join(folder, `.${name}.part`);
    writeFileSync(part, content, { mode: 0o600 });
    renameSync(part, join(folder, name));
  }
  return changed.length > 0;
}

async function main(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, folder: text, "policy-pack": text, "policy-pack-config": text },
  });
  const [stack] = positionals;
  const { "config-file": file, folder, "policy-pack": pack, "policy-pack-config": config } = values;
  if (stack === undefined || file === undefined || folder === undefined) {
    throw new Error("usage: portalWorker.ts STACK --config-file FILE --folder FOLDER");
  }
  const { environment: name } = parseStackReference(stack);
  const secrets = await secretsOf(stack, file, name);
  const outputs = await stackOutputs(stack);
  const files = workerFiles(readFileSync(file, "utf8"), name, outputs, { pack, config }, secrets);
  console.log(writeFiles(folder, files) ? "changed" : "unchanged");
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
}
