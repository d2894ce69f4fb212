import type { Tenant } from "../../fleet/types";
import { ownVolumes } from "./restorer";

/** A state as far as this reads it. */
interface State {
  readonly deployment: { readonly resources?: StoredVolume[] };
}

interface StoredVolume {
  readonly type: string;
  id?: string;
  readonly inputs?: { name?: string };
  readonly outputs?: { name?: string; id?: string; mountpoint?: string };
}

/**
 * The state in which the volumes of a tenant are those that were restored: the same resources, which stand for other volumes
 * of the engine. Done twice, it is as done once.
 *
 * @param exported what `pulumi stack export` gave.
 */
export function withRenamedVolumes(exported: string, before: Tenant, after: Tenant): string {
  const state = JSON.parse(exported) as State;
  const newNames = ownVolumes(after);
  ownVolumes(before).forEach((name, index) => {
    const renamed = newNames[index]!;
    for (const one of state.deployment.resources ?? []) {
      if (one.type === "docker:index/volume:Volume" && one.id === name) {
        one.id = renamed;
        for (const values of [one.inputs, one.outputs]) {
          if (values?.name !== undefined) {
            values.name = renamed;
          }
        }
        if (one.outputs?.id !== undefined) {
          one.outputs.id = renamed;
        }
        if (one.outputs?.mountpoint !== undefined) {
          one.outputs.mountpoint = one.outputs.mountpoint.replace(`/${name}/`, `/${renamed}/`);
        }
      }
    }
  });
  return JSON.stringify(state);
}
