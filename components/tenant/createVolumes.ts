import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { ServiceContext } from "../container/serviceContext";
import type { DataVolume } from "./dataVolumes";

/** Makes volumes of a tenant, or of the portal, empty, as the program would: it takes them over by name and labels. */
export async function createVolumes(
  engine: Docker,
  environment: string,
  stackId: string,
  tenant: Pick<Tenant, "name" | "host" | "slot" | "copyOf">,
  volumes: readonly DataVolume[],
): Promise<void> {
  const context = new ServiceContext(environment, stackId);
  for (const { name, service, madeAs } of volumes) {
    // All are plain text, as the id is.
    const labels = context.labels(tenant, service) as Record<string, string>;
    await engine.createVolume({ Name: name, Labels: { ...labels, ...(madeAs && { [madeAs.label]: madeAs.value }) } });
  }
}
