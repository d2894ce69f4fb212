import { rule } from "../../../policy/rules/shipperNoData";
import { container, labels, unknown, type StackCases, type StackResource } from "../support/cases";

interface Mount {
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly fromContainer?: string;
  readonly containerPath: string;
  readonly readOnly?: boolean;
}

const shipper = (...volumes: Mount[]): StackResource =>
  container("ship", "shipper", {
    labels: labels({ environment: "dev", host: "local", service: "shipper" }),
    volumes,
  });
const backups = { volumeName: "acme-repository", containerPath: "/srv/repositories/acme", readOnly: true };
const database = container("db", "postgres", {
  volumes: [
    { volumeName: "data", containerPath: "/var/lib/postgresql/data" },
    { volumeName: "acme-repository", containerPath: "/var/lib/odoo-fleet/repository" },
  ],
});

const broughtBack = { volumeName: "acme-drill-copies", containerPath: "/srv/copies/acme" };
const helper = (...volumes: Mount[]): StackResource => container("helper", "backup", { volumes });

export const cases: StackCases = {
  rule: rule,
  passes: {
    "backups, to read, with its configuration and figures": [
      database,
      shipper(
        backups,
        { volumeName: "conf", containerPath: "/etc/odoo-fleet", readOnly: true },
        { volumeName: "figures", containerPath: "/var/lib/odoo-fleet/figures" },
      ),
    ],
    "what it brings back, into a volume that a helper reads": [
      database,
      helper({ ...broughtBack, containerPath: "/var/lib/odoo-fleet/copies", readOnly: true }),
      shipper(backups, broughtBack),
    ],
    "what the provider tells of it once it is there: the empty rest too": [
      database,
      shipper({ ...backups, hostPath: "", fromContainer: "" }),
    ],
    "no shipper": [database],
  },
  fails: {
    "data in the place of backups": [
      [database, shipper({ ...backups, volumeName: "data" })],
      "ship",
      "has a tenant's data",
    ],
    "backups that it could change": [
      [shipper({ volumeName: "acme-repository", containerPath: "/srv/repositories/acme" })],
      "ship",
      "can be written to",
    ],
    "backups that it could change, as what it brings back": [
      [database, shipper({ ...broughtBack, volumeName: "acme-repository" })],
      "ship",
      "can be written to",
    ],
    "what it brings back, which another changes": [
      [helper({ ...broughtBack, containerPath: "/var/lib/odoo-fleet/copies" }), shipper(backups, broughtBack)],
      "ship",
      "/srv/copies/acme is none of its mounts",
    ],
    "data in the place of what it brings back": [
      [database, shipper({ ...broughtBack, volumeName: "data" })],
      "ship",
      "has a tenant's data",
    ],
    "a folder of the host": [
      [shipper({ hostPath: "/var/lib/docker/volumes", containerPath: "/srv/repositories/all", readOnly: true })],
      "ship",
      "is none of its mounts",
    ],
    "another container's mounts": [
      [shipper({ volumeName: "", fromContainer: "db", containerPath: "/srv/repositories/acme", readOnly: true })],
      "ship",
      "is none of its mounts",
    ],
    "another volume": [
      [shipper({ volumeName: "x", containerPath: "/x", readOnly: true })],
      "ship",
      "/x is none of its mounts",
    ],
  },
  unknown: [database, shipper({ ...backups, volumeName: unknown })],
  unknownIs: "not needed",
};
