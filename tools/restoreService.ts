/**
 * `restoreService.ts STACK --config-file FILE --service NAME --host NAME [--at TIME]`: puts what a service of a host keeps (the edge's certificates,
 * Alertmanager's silences, Grafana's dashboards) back as it was. What is there is backed up first. docs/backups.md says what it
 * does. Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type Docker from "dockerode";
import { engineClient } from "../components/host/engineClient";
import { execText } from "../components/host/engineExec";
import { ignoreAbsent } from "../components/host/engineErrors";
import { snapshotsImageSpec } from "../components/host/imageSpec";
import { stop } from "../components/host/throwAway";
import { restoreServiceData } from "../components/restore/serviceData";
import { RestoreError } from "../components/restore/restorer";
import { readTime } from "../components/restore/time";
import { edgeNames, sharedNames, snapshotsNames } from "../fleet/names";
import { configFolder } from "../fleet/security";
import { keepingServices, type KeepingService, keptVolumes } from "../fleet/snapshots";
import type { Fleet, Host } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

const usage =
  'Usage: make restore SERVICE=edge|edge-wildcard|alertmanager|grafana HOST=paris [AT="2026-11-26 10:15"] [STACK=dev]; AT is in UTC, or has a zone such as +02:00';

/** Name of a service's container. */
function containerOf(environment: string, service: KeepingService): string {
  const edge = edgeNames(environment);
  const names = { ...sharedNames(environment).containers, edge: edge.container, "edge-wildcard": edge.wildcard };
  return names[service];
}

/** The host, and the volume of what the service keeps there. @throws RestoreError where it isn't declared. */
function declared(fleet: Fleet, hostName: string, service: string): { host: Host; volume: string } {
  const host = fleet.hosts[hostName];
  if (host === undefined) {
    throw new RestoreError(
      `HOST=${hostName} isn't declared; expected one of: ${Object.keys(fleet.hosts).join(", ")}. Nothing was changed.`,
    );
  }
  const kept: Readonly<Record<string, string>> = keptVolumes(fleet, host);
  const volume = kept[service];
  if (volume === undefined) {
    const found = Object.keys(kept);
    throw new RestoreError(
      `SERVICE=${service}: host ${hostName} has ${found.length > 0 ? `of those whose data is backed up: ${found.join(", ")}` : "none whose data is backed up"}. Nothing was changed.`,
    );
  }
  return { host, volume };
}

/** Takes a snapshot of what is there, so that the way back is the same command. What is damaged may not be one that can be backed up. */
async function backUp(helper: Docker.Container, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  try {
    await execText(helper, ["odoo-fleet-snapshots", "now"], signal);
    say("what is there now was backed up first");
  } catch (error) {
    signal.throwIfAborted();
    say(`what is there now can't be backed up, so the way back is its last snapshot: ${(error as Error).message}`);
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, service: text, host: text, at: text },
  });
  const { "config-file": configFile, service, host: hostName, at: asked } = values;
  const at = readTime(asked);
  const [stack] = positionals;
  const isService = keepingServices.includes(service as KeepingService);
  if (!stack || !configFile || !isService || !hostName) {
    console.error(usage);
    return 2;
  }
  const { environment } = parseStackReference(stack);
  const kind = service as KeepingService;
  const { host, volume } = declared(fleetOfStackFile(readFileSync(configFile, "utf8"), environment), hostName, kind);
  const say = (line: string): void => console.log(`odoo-fleet: ${kind} of ${hostName}: ${line}`);
  const engine = engineClient(host);
  const names = snapshotsNames(environment);
  const helper = engine.getContainer(names.container);
  if (!(await helper.inspect().catch(ignoreAbsent))?.State.Running) {
    throw new RestoreError(
      `${names.container} doesn't run on host ${hostName}, which takes the snapshots: make up STACK=${environment}. Nothing was changed.`,
    );
  }
  await backUp(helper, say, signal);
  const own = containerOf(environment, kind);
  say(`stopping ${own}`);
  await stop(engine, names.container);
  await stop(engine, own);
  try {
    const image = snapshotsImageSpec(host.images, "").name;
    const binds = [`${names.configVolume}:${configFolder}:ro`];
    say(await restoreServiceData({ engine, environment, image, service: kind, volume, at, signal, binds }));
  } catch (error) {
    const why = signal.aborted ? "interrupted" : (error as Error).message;
    throw new RestoreError(`${why}\nRun the same command again; make restore without AT brings the newest back.`);
  } finally {
    for (const name of [own, names.container]) {
      await engine.getContainer(name).start().catch(ignoreAbsent);
    }
  }
  say(`${own} runs again`);
  return 0;
}

runInterruptible(run);
