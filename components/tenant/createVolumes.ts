import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { ServiceContext } from "../container/serviceContext";
import { type DataVolume, dataVolumes } from "./dataVolumes";

/** Makes volumes of a tenant, empty, as the program would: it takes them over by name and labels. */
export async function createVolumes(
  engine: Docker,
  environment: string,
  stackId: string,
  tenant: Tenant,
  volumes: readonly DataVolume[] = Object.values(dataVolumes(tenant)),
): Promise<void> {
  const context = new ServiceContext(environment, stackId);
  for (const { name, service, madeAs } of volumes) {
    // All are plain text, as the id is.
    const labels = context.labels(tenant, service) as Record<string, string>;
    await engine.createVolume({ Name: name, Labels: { ...labels, ...(madeAs && { [madeAs.label]: madeAs.value }) } });
  }
}
