import * as pulumi from "@pulumi/pulumi";
import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { portalName } from "../../../fleet/portalTypes";
import { createdOf, tenantsOn } from "../../../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../../../fleet/types";
import { leftDataWarning, readVolumes } from "../leftData";
import { lossWarning } from "../missingObjects";
import { plannedUpdate } from "../plannedUpdate";
import { RefusedError } from "../refusedError";
import type { StackScope, StackState, StoredObject } from "../stackState";
import { engineClient, isBehindSsh } from "../../host/engineClient";
import { type DataFacts, hasVolume, readDataFacts } from "./dataFacts";
import { dataObstacles } from "./dataObstacles";
import { describeEngine } from "./engineFacts";
import { engineWarnings } from "./engineObstacles";
import { EngineUnreachableError, readHostFacts } from "./hostFacts";
import { findClaimedTenants, findMovedTenants, findUndeclaredHosts, findUnprovenTenants } from "./undeclaredHosts";
import { findObstacles } from "./obstacles";
import { lostPortalObstacle, portalImages } from "./portalObstacles";
import { sharedImageReferences } from "./sharedObstacles";

/** What the preflight could not judge yet. */
export interface PreflightResult {
  /** Hosts that don't answer, by name: the run goes on without them. */
  readonly unreachable: ReadonlyMap<string, ConfigProblem>;
  /** Hosts without an engine, which the bootstrap has to make hosts first: they are checked after it. */
  readonly bare: ReadonlySet<string>;
}

type HostResult = readonly ConfigProblem[] | "bare" | { readonly unreachable: ConfigProblem };

/**
 * Asks every host that the stack uses whether the declaration can be carried out there, before anything changes.
 *
 * A host that doesn't answer stops the others only if Pulumi would, too: without `PULUMI_CONTINUE_ON_ERROR=true`, when there is
 * no other, or when its engine isn't behind SSH. The Docker provider asks such an engine before it looks at any resource, and its
 * error would end the run in the middle of what it does on the other hosts.
 *
 * @param scope what the stack holds. Default: a part of the environment, of which nothing is known.
 * @throws RefusedError naming every obstacle on every host: a port or subnet taken (and by whom), an image that
 * isn't available, a full disk, a tenant or host that was left out, a tenant whose data is on another host, data that a
 * tenant's declaration doesn't fit, an engine that doesn't answer.
 */
export async function preflight(fleet: Fleet, scope?: StackScope): Promise<PreflightResult> {
  const isWhole = scope?.isWhole ?? false;
  const hosts = Object.values(fleet.hosts).filter((host) => isWhole || tenantsOn(fleet, host).length > 0);
  const results = await Promise.all(
    hosts.map(async (host) => {
      return [
        host.name,
        await checkHost(
          isWhole ? fleet : { ...fleet, monitoring: undefined, edge: undefined, portal: undefined },
          host,
          scope,
        ),
      ] as const;
    }),
  );
  const unreachable = new Map(
    results.flatMap(([name, result]) =>
      typeof result === "object" && "unreachable" in result ? [[name, result.unreachable] as const] : [],
    ),
  );
  const obstacles = [
    ...(scope === undefined ? [] : findMovedTenants(fleet, scope)),
    ...(scope?.isWhole ? [...findUndeclaredHosts(fleet, scope.state), ...findClaimedTenants(fleet, scope.state)] : []),
    ...results.flatMap(([, result]) => (Array.isArray(result) ? (result as readonly ConfigProblem[]) : [])),
  ];
  const left = scope?.isWhole ? findUnprovenTenants(fleet, scope.state) : [];
  // One with containers is named for these.
  obstacles.push(...left.filter(({ path }) => !obstacles.some((one) => one.path === path)));
  const goesOn = process.env["PULUMI_CONTINUE_ON_ERROR"] === "true" && unreachable.size < hosts.length;
  const stops = [...unreachable].filter(([name]) => !goesOn || !isBehindSsh(fleet.hosts[name]!));
  const problems = [...obstacles, ...stops.map(([, problem]) => problem)];
  if (problems.length > 0) {
    throw new RefusedError(fleet.environment, problems);
  }
  return { unreachable, bare: new Set(results.flatMap(([name, result]) => (result === "bare" ? [name] : []))) };
}

/** Checks a host that the bootstrap has just made one; every obstacle on it. A machine in the place of a lost one has none of its data. */
export async function checkBootstrapped(fleet: Fleet, host: Host, known: KnownData): Promise<readonly ConfigProblem[]> {
  const result = await checkHost(fleet, host, undefined, known);
  if (result === "bare") {
    return [];
  }
  return "unreachable" in result ? [result.unreachable] : result;
}

/** What a stack's state knows of the data of its tenants, and of its portal. */
type KnownData = Pick<StackState, "data" | "madeVolumes">;

function namesOf(all: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(all.map(({ name }) => name));
}

async function checkHost(
  fleet: Fleet,
  host: Host,
  scope: StackScope | undefined,
  known: KnownData | undefined = scope?.state,
): Promise<HostResult> {
  const tenants = tenantsOn(fleet, host);
  // Where tenants have stacks of their own, one that has left is that stack's, also where it carries this one's id.
  const ownsEnvironment = (scope?.isWhole ?? false) && fleet.layout === "single";
  const hasCopies = fleet.offsite !== undefined && scope?.isWhole !== false;
  const ships = hasCopies && (tenants.length > 0 || fleet.portal?.host === host.name);
  const isPart = scope?.isWhole === false;
  const shipsAlone = fleet.offsite !== undefined && isPart && tenants.some(({ copyOf }) => copyOf === undefined);
  const monitored = fleet.monitoring?.hosts[host.name];
  const { environment, edge } = fleet;
  const portal = fleet.portal?.host === host.name ? fleet.portal : undefined;
  const stackId = scope?.state.stackId;
  const declared = {
    ...{ environment, host, tenants, monitored, ships, hasCopies, shipsAlone, edge, portal, ownsEnvironment, stackId },
  };
  try {
    const { nginx, caddy, lego } = host.images;
    const ofEdge = edge ? [nginx, caddy, ...(edge.wildcard ? [lego] : [])] : [];
    const ofPortal = portalImages(portal).map(([, reference]) => reference);
    const images = [
      ...ofEdge,
      ...ofPortal,
      ...baseImages(tenants),
      ...sharedImageReferences(host, monitored, ships || shipsAlone).values(),
    ];
    const facts = await readHostFacts(host, images);
    void pulumi.log.debug(`host ${host.name}: ${describeEngine(facts)}`);
    const found = { container: namesOf(facts.containers), network: namesOf(facts.networks) };
    const stored = scope?.state.objects.get(host.name) ?? [];
    const warnings = [
      ...engineWarnings(declared, facts),
      lossWarning(stored, found, host),
      ownsEnvironment && stackId !== undefined ? await leftData(fleet, host, stored, stackId) : undefined,
    ];
    for (const warning of warnings.filter((one) => one !== undefined)) {
      void pulumi.log.warn(warning);
    }
    const obstacles = findObstacles(declared, facts);
    const created = createdOf(tenants);
    if (portal && known?.madeVolumes.has(portalName) && !(await hasVolume(host, portal.names.databaseVolume))) {
      obstacles.push(lostPortalObstacle(portal));
    }
    const data = await readDataFacts(host, fleet.environment, created, known);
    return [
      ...obstacles,
      ...created.flatMap((tenant) => {
        const found = data.get(tenant.name);
        const planned = plannedUpdate();
        // A planned update changes one tenant and leaves the others as they are.
        const isLeftAlone = planned !== undefined && planned !== tenant.name;
        return found === undefined || isLeftAlone ? [] : obstaclesOfData(fleet, tenant, found, planned === tenant.name);
      }),
    ];
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) {
      throw error;
    }
    if (scope?.isWhole && host.bootstrap === "ansible" && !scope.state.bootstrapped.has(host.name)) {
      return "bare";
    }
    return { unreachable: unreachableProblem(host, error) };
  }
}

async function leftData(
  { environment, tenants }: Fleet,
  host: Host,
  stored: readonly StoredObject[],
  stackId: string,
): Promise<string | undefined> {
  const known = namesOf(stored);
  const volumes = await readVolumes(engineClient(host), environment);
  return leftDataWarning({ host: host.name, tenants: new Set(Object.keys(tenants)), known, stackId }, volumes);
}

/**
 * What a tenant's data wouldn't survive. Where updates are automatic, a preview only says of what they carry out that it comes first: what applies
 * the declaration has carried it out before, and finds nothing of it any more.
 */
function obstaclesOfData(fleet: Fleet, tenant: Tenant, facts: DataFacts, isPlanned: boolean): ConfigProblem[] {
  const obstacles = dataObstacles(tenant, facts, { isPlanned });
  if (fleet.updates === undefined || !pulumi.runtime.isDryRun()) {
    return obstacles;
  }
  const left = dataObstacles(tenant, facts, { isPlanned: true, isUnattended: true });
  const isLeft = ({ expected }: ConfigProblem): boolean => left.some((one) => one.expected === expected);
  for (const { path, value } of obstacles.filter((one) => !isLeft(one))) {
    void pulumi.log.warn(`${path}: ${value}: make up updates tenant ${tenant.name} first (docs/updates.md)`);
  }
  return left;
}

function unreachableProblem(host: Host, error: Error): ConfigProblem {
  return {
    path: `odoo-fleet:hosts.${host.name}.docker`,
    value: showValue(host.docker),
    expected: `a Docker engine that answers; ${error.message}`,
    wayOut: isBehindSsh(host)
      ? `check that host ${host.name} is running and accepts this machine's SSH login, and start its engine (systemctl start ` +
        "docker); until then, PULUMI_CONTINUE_ON_ERROR=true updates the other hosts (make up sets it)"
      : "start the engine, restart it if it hangs (systemctl restart docker, or make engine), or correct the endpoint or DOCKER_HOST",
  };
}

function baseImages(tenants: readonly Tenant[]): string[] {
  return createdOf(tenants).flatMap(({ baseImages: { odoo, postgres, nginx } }) => [odoo, postgres, nginx]);
}
