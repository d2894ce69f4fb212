import type Docker from "dockerode";
import { type Owner, ServiceContext } from "../container/serviceContext";
import type { DataVolume } from "./dataVolumes";

/** Makes volumes of a tenant, of the portal, or of what a host has for all of its tenants, empty, as the program would: it takes them over by name and labels. */
export async function createVolumes(
  engine: Docker,
  environment: string,
  stackId: string,
  owner: Owner,
  volumes: readonly DataVolume[],
): Promise<void> {
  const context = new ServiceContext(environment, stackId);
  for (const { name, service, madeAs } of volumes) {
    // All are plain text, as the id is.
    const labels = context.labels(owner, service) as Record<string, string>;
    await engine.createVolume({ Name: name, Labels: { ...labels, ...(madeAs && { [madeAs.label]: madeAs.value }) } });
  }
}
