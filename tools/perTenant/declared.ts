import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { contentHash } from "../../components/container/content";
import { imageSpecs, portalImageSpec } from "../../components/host/imageSpec";
import { ownKeys } from "../../fleet";
import { ownPart } from "../../fleet/layout";
import { createdOf } from "../../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { fleetOfStackFile } from "../stackFile";

/** What an environment's stacks are to be, each as a hash: another one says that the stack would be brought up as something else. */
export interface Declared {
  readonly fleet: Fleet;
  /** Of the environment's own stack. */
  readonly own: string;
  /** Of each declared tenant's, by tenant. */
  readonly tenants: ReadonlyMap<string, string>;
  /** Of the stacks of tenants that have left. */
  readonly left: string;
  /** Of what tenants' previews ask for on a host: without it they are refused until the environment's own stack is up. */
  readonly ground: string;
}

/** The project's folder. */
const project = resolve(__dirname, "..", "..");

/**
 * Reads a stack's file as its stacks would: what is encrypted counts as it is written.
 *
 * @throws FleetConfigError with every mistake.
 */
export function readDeclared(file: string, environment: string, now = new Date()): Declared {
  const text = readFileSync(file, "utf8");
  const {
    config = {},
    encryptionsalt,
    secretsprovider,
  } = parse(text) as {
    config?: Record<string, unknown>;
    encryptionsalt?: string;
    secretsprovider?: string;
  };
  if (/^\s*secure:|[{,]\s*"?secure"?:/m.test(text) && encryptionsalt === undefined && secretsprovider === undefined) {
    throw new Error(
      "odoo-fleet:layout: perTenant needs secrets that all stacks of the environment can read, and those of this file are encrypted by the backend for one " +
        "stack alone; expected a passphrase or a key of your own. Way out: pulumi stack change-secrets-provider passphrase (or awskms://...). Nothing was changed.",
    );
  }
  return declaredOf(fleetOfStackFile(text, environment, now), ownKeys(config), programOf(project));
}

/**
 * The hashes of a fleet.
 *
 * @param raw the fleet's keys as they are in the file, by their names without the namespace.
 * @param program says which program reads them: another release may make something else of the same.
 */
export function declaredOf(fleet: Fleet, raw: Readonly<Record<string, unknown>>, program: Program): Declared {
  const { environment, hosts } = fleet;
  const shared = { ...raw, tenants: undefined };
  const images = imagesBy();
  const opened = Object.values(fleet.tenants)
    .filter(
      ({ host, publishesPort, state }) =>
        publishesPort && state !== "decommissioned" && hosts[host]!.bootstrap === "ansible",
    )
    .map(({ host, ports }) => `${host}:${ports.http}`);
  const built = createdOf(Object.values(fleet.tenants)).flatMap((tenant) =>
    images(tenant).map((name) => `${tenant.host}:${name}`),
  );
  const portal = fleet.portal && portalImageSpec(fleet.portal.baseImages, "").name;
  return {
    fleet,
    own: hashOf([program.hosts, environment, ownPart(fleet), shared, distinct(opened), distinct(built), portal]),
    tenants: new Map(
      Object.values(fleet.tenants).map((tenant) => [
        tenant.name,
        hashOf([
          program.tenants,
          environment,
          ownOf(tenant),
          placeOf(hosts[tenant.host]!),
          raw["backup"],
          images(tenant),
        ]),
      ]),
    ),
    left: hashOf([program.tenants, environment, Object.values(hosts).map(placeOf), raw["backup"]]),
    ground: hashOf([Object.keys(hosts).sort(), fleet.edge !== undefined, fleet.offsite !== undefined]),
  };
}

/** What a program is, by its content. */
export interface Program {
  /** As far as tenants depend on it. */
  readonly tenants: string;
  /** As far as anything does. */
  readonly hosts: string;
}

function programOf(folder: string): Program {
  const parts = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      names.map((name): [string, string] => [name, resolve(folder, name)]).filter(([, path]) => existsSync(path)),
    );
  const files = ["index.ts", "package-lock.json"].map((path) => ({
    path,
    source: resolve(folder, path),
    executable: false,
  }));
  const own = { "": files, ...parts(["components", "fleet", "monitoring", "images"]) };
  return { tenants: contentHash(own, {}), hosts: contentHash({ ...own, ...parts(["ansible"]) }, {}) };
}

/** What of a tenant its stack is made from: its times only as they came to its state. */
function ownOf(tenant: Tenant): object {
  return { ...tenant, lifecycle: undefined };
}

/** What of a host its tenants' stacks are made from. The rest is for the environment's own, or only checked. */
function placeOf({
  name,
  docker,
  connection,
  hostKeys,
  identityFile,
  address,
  bindAddress,
  portBase,
  subnetBase,
  images,
}: Host): object {
  return {
    name,
    docker,
    connection,
    hostKeys,
    identityFile,
    address,
    bindAddress,
    portBase,
    subnetBase,
    rclone: images.rclone,
  };
}

/** Names of a tenant's images, which follow from their content, its addons among it; each content is read once. */
function imagesBy(): (tenant: Tenant) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (tenant) => {
    if (tenant.state === "decommissioned") {
      return [];
    }
    const { baseImages, odooVersion, postgresVersion, odooImage, modules, serverWideModules } = tenant;
    const settings = { baseImages, odooVersion, postgresVersion, odooImage, modules, serverWideModules };
    const key = JSON.stringify(settings);
    const names = known.get(key) ?? Object.values(imageSpecs(settings, "")).map(({ name }) => name);
    known.set(key, names);
    return names;
  };
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
