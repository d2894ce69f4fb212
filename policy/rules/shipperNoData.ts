import {
  configFolder,
  copiesFolder,
  dataPaths,
  figuresFolder,
  repositoriesFolder,
  shipperService,
} from "../../fleet/security";
import { known, neverRuns } from "../lib/containers";
import { providerDocs, type StackRule, types } from "../lib/rule";
import { containersOf, type StackContainer } from "../lib/stack";

/**
 * What copies backups off a host mounts no data.
 *
 * Severity: critical. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: StackRule = {
  kind: "stack",
  number: 38,
  name: "shipper-no-data",
  title: "What copies backups off a host mounts no data",
  level: "mandatory",
  severity: "critical",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["volumes"],
  why: "It reaches another machine: it may see what is encrypted, and nothing that a customer could be read in.",
  fix: `Mount the volumes with encrypted backups below ${repositoriesFolder}, with \`readOnly\`, beside its own configuration and figures, and volumes below ${copiesFolder} that nothing else writes to; and nothing else.`,
  check: (resources) => {
    const running = containersOf(resources).filter(({ props }) => !neverRuns(props));
    const data = new Set(
      running.flatMap((container) =>
        mounts(container)
          .filter(({ path }) => dataPaths[container.service ?? ""]?.includes(path))
          .flatMap(({ source }) => source ?? []),
      ),
    );
    const written = new Set(
      running
        .filter(({ service }) => service !== shipperService)
        .flatMap((container) => mounts(container).filter(({ readOnly }) => !readOnly))
        .flatMap(({ source }) => source ?? []),
    );
    return running
      .filter(({ service }) => service === shipperService)
      .flatMap((shipper) =>
        mounts(shipper).flatMap(({ source, path, isVolume, readOnly }) => {
          const isOwn = path === configFolder || path === figuresFolder;
          const isBackup = path.startsWith(`${repositoriesFolder}/`) && readOnly;
          // Into one that nothing else writes to it brings copies back, which it may.
          const isCopies = path.startsWith(`${copiesFolder}/`) && !(source !== undefined && written.has(source));
          const fault =
            source !== undefined && data.has(source)
              ? `${path} has a tenant's data`
              : isVolume && (isOwn || isBackup || isCopies)
                ? undefined
                : `${path} is none of its mounts, or can be written to`;
          return fault === undefined ? [] : [{ resource: shipper.resource, fault }];
        }),
      );
  },
};

/** What a container mounts; the source is undefined where it isn't known yet. */
function mounts({
  props: { volumes = [], mounts: more = [] },
}: StackContainer): { source?: string; path: string; isVolume: boolean; readOnly: boolean }[] {
  return [
    ...volumes.map((one) => ({
      source: known(() => one.volumeName) || undefined,
      path: one.containerPath ?? "",
      // The provider gives what it wasn't told back as an empty text, once the container is there.
      isVolume: !one.hostPath && !one.fromContainer,
      readOnly: one.readOnly === true,
    })),
    ...more.map((one) => ({
      source: known(() => one.source),
      path: one.target,
      isVolume: one.type === "volume",
      readOnly: one.readOnly === true,
    })),
  ];
}
