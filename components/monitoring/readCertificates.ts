import { jobs, servicePorts } from "../../monitoring/contract";
import type { FleetSettings } from "../run/fleetSettings";
import { askService } from "./askService";
import { clientFile, configFile } from "./sharedService";

/** Where a Prometheus runs. */
export interface PrometheusPlace {
  readonly host: string;
  /** Name of its container. */
  readonly container: string;
}

/** What a name at an edge is served with, as the prober of its host saw it last. */
export interface ServedCertificate {
  /** The host that serves it. */
  readonly host: string;
  /** Of whom it is: a tenant, or the portal. */
  readonly tenant: string;
  /** The name, with the port where it isn't HTTPS's own: `acme.example.com`. */
  readonly name: string;
  /** Who signs it: an authority that is reached by ACME, or the edge's own. */
  readonly authority: "acme" | "internal";
  /** Until when it is good; undefined: the prober got none, since none is there or the edge didn't answer. */
  readonly endsAt?: Date;
}

const probed = `{job="${jobs.blackbox}", service="edge"}`;
const byName = "by (host, tenant, instance, certificates)";

/**
 * Of each name that is probed, when the chain that it was served with ends. A prober that was served nothing tells 0 or nothing,
 * by how far it came.
 */
const query = `max ${byName} (probe_ssl_earliest_cert_expiry${probed}) or max ${byName} (probe_success${probed} * 0)`;

/**
 * The certificates that the edges of a fleet's hosts serve with, as a Prometheus knows of them, the first to end first. It is asked in its own container, by the engine.
 * Suspended tenants aren't probed, and are left out.
 *
 * @param settings of the fleet that has the host; tenants of it aren't looked at.
 * @throws when the engine or the Prometheus doesn't answer within 30 s.
 */
export async function readCertificates(
  settings: FleetSettings & { readonly environment: string },
  place: PrometheusPlace,
): Promise<ServedCertificate[]> {
  const command = [
    ...["promtool", "query", "instant", "--format=json", `--http.config.file=${configFile(clientFile)}`],
    ...[`http://127.0.0.1:${servicePorts.prometheus}`, query],
  ];
  return servedCertificates(await askService(settings, place, command));
}

/** A value as Prometheus's API tells it. */
interface ToldValue {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** @param told what `promtool query instant` prints. */
export function servedCertificates(told: string): ServedCertificate[] {
  const end = ({ endsAt }: ServedCertificate): number => endsAt?.getTime() ?? 0;
  return (JSON.parse(told) as readonly ToldValue[])
    .map(({ metric, value: [, seconds] }): ServedCertificate => {
      const { host = "", tenant = "", instance = "", certificates } = metric;
      return {
        ...{ host, tenant, name: instance.replace(/^https:\/\/|\/$/g, "") },
        authority: certificates === "internal" ? "internal" : "acme",
        ...(Number(seconds) > 0 && { endsAt: new Date(Number(seconds) * 1000) }),
      };
    })
    .sort((one, other) => end(one) - end(other) || (one.name < other.name ? -1 : 1));
}
