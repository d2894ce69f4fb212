import { types } from "../../../policy/lib/rule";
import { rule } from "../../../policy/rules/dataProtected";
import { container, unknown, type StackCases, type StackResource } from "../support/cases";

const database = (props: object = {}): StackResource =>
  container("db", "postgres", {
    removeVolumes: false,
    volumes: [{ volumeName: "data", containerPath: "/var/lib/postgresql/data" }],
    ...props,
  });
const volume = (name: string, more: object = {}): StackResource => ({
  name,
  type: types.volume,
  props: { name },
  ...more,
});
const wildcard = container("order", "edge-wildcard", {
  removeVolumes: false,
  volumes: [{ volumeName: "wildcard", containerPath: "/wildcard" }],
});
const edge = (protect: boolean): StackResource[] => [
  volume("certificates", { protect }),
  volume("wildcard", { protect: true }),
  wildcard,
  container("edge", "edge", {
    removeVolumes: false,
    volumes: [
      { volumeName: "conf", containerPath: "/etc/odoo-fleet" },
      { volumeName: "certificates", containerPath: "/data" },
      { volumeName: "wildcard", containerPath: "/wildcard", readOnly: true },
    ],
  }),
  volume("conf"),
];

export const cases: StackCases = {
  rule: rule,
  passes: {
    "protected and mounted": [volume("data", { protect: true }), database()],
    "its configuration isn't data": [
      volume("data", { protect: true }),
      volume("conf"),
      database({
        volumes: [
          { volumeName: "data", containerPath: "/var/lib/postgresql" },
          { volumeName: "conf", containerPath: "/etc/odoo-fleet" },
        ],
      }),
    ],
    "a volume that is only read": [
      volume("data", { protect: true }),
      volume("turn"),
      database({
        volumes: [
          { volumeName: "data", containerPath: "/var/lib/postgresql" },
          { volumeName: "turn", containerPath: "/turn", readOnly: true },
        ],
      }),
    ],
    "configuration whose volume isn't known yet": [
      volume("data", { protect: true }),
      { name: "parent", type: "odoo-fleet:index:ServiceConfig", props: {} },
      volume("conf", { parent: "parent" }),
      { ...database(), dependsOn: { volumes: ["data", "conf"] } },
    ],
    "the edge, and the wildcard certificate that it reads": edge(true),
    "a web server": [container("web", "nginx", {})],
  },
  fails: {
    "not protected": [[volume("data"), database()], "data", "not protected"],
    "the edge's certificates": [edge(false), "certificates", "not protected"],
    "the wildcard certificate": [[volume("wildcard"), wildcard], "wildcard", "not protected"],
    "volumes go with it": [
      [volume("data", { protect: true }), database({ removeVolumes: true })],
      "db",
      "nameless volumes",
    ],
    "nothing mounted": [[database({ volumes: [] })], "db", "no volume is mounted"],
  },
  unknown: [
    volume("data", { protect: true }),
    {
      ...database({ volumes: [{ volumeName: unknown, containerPath: "/var/lib/postgresql" }] }),
      dependsOn: { volumes: ["data"] },
    },
  ],
  unknownIs: "not needed",
};
