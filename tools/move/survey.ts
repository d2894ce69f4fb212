import { mkdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type Docker from "dockerode";
import { endpointOf, engineClient } from "../../components/host/engineClient";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { readHostFacts } from "../../components/run/preflight/hostFacts";
import { findObstacles, minimumFreeDiskMiB } from "../../components/run/preflight/obstacles";
import { stackIdLabel } from "../../components/container/serviceContext";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { type ConfigProblem, showValue } from "../../fleet/errors";
import type { Host, Tenant } from "../../fleet/types";
import { execText } from "../../components/host/engineExec";
import type { MovePlan } from "./plan";
import { psql } from "../../components/host/psql";
import { clusterBytes, foreignObjects } from "./sql";

/** What a tenant's data on its host is like. */
export interface SourceSurvey {
  /** Names of its containers that don't run. */
  readonly stopped: readonly string[];
  /** Id of the stack that made its volumes; undefined: a volume is missing. */
  readonly stackId?: string;
  /** Databases and roles of its cluster that the fleet didn't make. */
  readonly foreignObjects: readonly string[];
  readonly databaseMiB: number;
  readonly filestoreMiB: number;
}

/** What the target and this machine are like. */
export interface TargetSurvey {
  /** What the preflight has against the tenant there. */
  readonly obstacles: readonly ConfigProblem[];
  /** Containers and volumes there that have the names of the tenant's. */
  readonly taken: readonly string[];
  /** MiB free where the engine keeps its data; undefined: not to be asked for. */
  readonly freeMiB?: number;
}

/** All of it; what doesn't answer is a problem instead. */
export interface Survey {
  readonly source: SourceSurvey | ConfigProblem;
  readonly target: TargetSurvey | ConfigProblem;
  /** MiB free on this machine, where the dump is kept. */
  readonly localFreeMiB: number;
}

/** Asks both hosts, and this machine, whether a move can be carried out; changes nothing. */
export async function survey(plan: MovePlan, dumps: string): Promise<Survey> {
  mkdirSync(dumps, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(dumps);
  const [source, target] = await Promise.all([
    surveySource(plan.source, plan.before).catch((error: Error) => unreachable(plan.source, error)),
    surveyTarget(plan).catch((error: Error) => unreachable(plan.target, error)),
  ]);
  return { source, target, localFreeMiB: Math.floor((bavail * bsize) / 2 ** 20) };
}

function unreachable(host: Host, error: Error): ConfigProblem {
  return {
    path: `odoo-fleet:hosts.${host.name}`,
    value: showValue(endpointOf(host)),
    expected: `a host that answers; ${error.message}`,
    wayOut:
      host.connection === undefined
        ? "start its engine, or correct the endpoint"
        : "check that it is running, and run make up",
  };
}

async function surveySource(host: Host, tenant: Tenant): Promise<SourceSurvey> {
  const engine = engineClient(host);
  await engine.ping();
  const { postgres, odoo, nginx } = tenant.names;
  const containers = await Promise.all(
    [postgres, odoo, nginx].map(async (name) => ({
      name,
      found: await engine.getContainer(name).inspect().catch(ignoreAbsent),
    })),
  );
  const stopped = containers.flatMap(({ name, found }) => (found?.State.Running ? [] : [name]));
  const volumes = await Promise.all(
    Object.values(dataVolumes(tenant)).map(({ name }) => engine.getVolume(name).inspect().catch(ignoreAbsent)),
  );
  const [stackId, otherId] = volumes.map((volume) => volume?.Labels?.[stackIdLabel]);
  const ask = (script: string): Promise<string> =>
    execText(engine.getContainer(postgres), psql(tenant.database, script)).then((answer) => answer.trim());
  const runs = stopped.length === 0;
  return {
    stopped,
    stackId: otherId === undefined ? undefined : stackId,
    foreignObjects: runs ? (await ask(foreignObjects)).split("\n").filter(Boolean) : [],
    databaseMiB: runs ? Math.ceil(Number(await ask(clusterBytes)) / 2 ** 20) : 0,
    filestoreMiB: runs ? await folderMiB(engine, odoo) : 0,
  };
}

async function folderMiB(engine: Docker, odoo: string): Promise<number> {
  const answer = await execText(engine.getContainer(odoo), ["du", "-sk", "/var/lib/odoo"]);
  return Math.ceil(Number(answer.split("\t")[0]) / 1024);
}

async function surveyTarget({ environment, target: host, after }: MovePlan): Promise<TargetSurvey> {
  const { odoo, postgres, nginx } = after.baseImages;
  const facts = await readHostFacts(host, [odoo, postgres, nginx]);
  const engine = engineClient(host);
  const { Volumes: volumes } = await engine.listVolumes();
  const names: readonly string[] = Object.values(after.names);
  const present = [...facts.containers.map(({ name }) => name), ...volumes.map(({ Name }) => Name)];
  return {
    obstacles: findObstacles({ environment, host, tenants: [after], ownsEnvironment: false }, facts),
    taken: [...new Set(present.filter((name) => names.includes(name)))].sort(),
    freeMiB: facts.freeDiskMiB,
  };
}

/** Everything that stands in the way of a move. Pure: the hosts were asked before. */
export function findMoveProblems({ source, target, before, after }: MovePlan, found: Survey): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (path: string, value: unknown, expected: string, wayOut: string): void => {
    problems.push({ path, value: typeof value === "string" ? value : showValue(value), expected, wayOut });
  };
  const place = `odoo-fleet:tenants.${before.name}`;
  if ("path" in found.source) {
    problems.push(found.source);
  } else {
    const { stopped, stackId, foreignObjects: others } = found.source;
    if (stopped.length > 0) {
      const expected = `a tenant that runs on host ${source.name}; these containers don't: ${stopped.join(", ")}`;
      add(place, "not running", expected, "make refresh");
    }
    if (stackId === undefined) {
      const names = Object.values(dataVolumes(before)).map(({ name }) => name);
      add(place, "no data", `the stack's volumes on host ${source.name}: ${names.join(", ")}`, "make up");
    }
    if (others.length > 0) {
      const expected = `only database ${before.database} and the fleet's own objects in its PostgreSQL; a dump doesn't include others`;
      add(place, others.join(", "), expected, "dump and drop them, and restore them after the move");
    }
  }
  if ("path" in found.target) {
    problems.push(found.target);
  } else {
    problems.push(...found.target.obstacles);
    if (found.target.taken.length > 0) {
      const expected = `a host without containers or volumes named like those of ${after.name}; they may hold data`;
      add(
        `odoo-fleet:hosts.${target.name}`,
        found.target.taken.join(", "),
        expected,
        "find out what they belong to, and remove them",
      );
    }
  }
  problems.push(...diskProblems(target, found));
  return problems;
}

/** A dump is smaller than what it is of; on the target it lies beside what it is restored to, for a while. */
function diskProblems(target: Host, { source, target: there, localFreeMiB }: Survey): ConfigProblem[] {
  if ("path" in source) {
    return [];
  }
  const { databaseMiB, filestoreMiB } = source;
  const here = databaseMiB + filestoreMiB;
  const wanted = 2 * databaseMiB + filestoreMiB + minimumFreeDiskMiB;
  const short = (path: string, free: number, needed: number): ConfigProblem => ({
    path,
    value: `${free} MiB free`,
    expected: `at least ${needed} MiB: the database has ${databaseMiB} MiB, the filestore ${filestoreMiB} MiB`,
    wayOut: "free space, or use a bigger disk",
  });
  return [
    ...(localFreeMiB < here ? [short("this machine", localFreeMiB, here)] : []),
    ...(!("path" in there) && there.freeMiB !== undefined && there.freeMiB < wanted
      ? [short(`odoo-fleet:hosts.${target.name}`, there.freeMiB, wanted)]
      : []),
  ];
}
