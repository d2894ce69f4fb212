import { rule } from "../../../policy/rules/imagePinned";
import { unknown, type ResourceCases } from "../support/cases";

const digest = `sha256:${"a".repeat(64)}`;

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    pinned: { name: `postgres:17.11@${digest}` },
    "pinned, with its registry": { name: `docker.io/library/nginx@${digest}` },
    "built from a pinned base": {
      name: "odoo-fleet/odoo:1",
      build: { context: ".", buildArgs: { BASE_IMAGE: `odoo:19@${digest}` } },
    },
  },
  fails: {
    "a tag": [{ name: "postgres:17" }, "not pinned"],
    "an unknown registry": [{ name: `registry.example.com/postgres@${digest}` }, "not allowed"],
    "a stranger's image on Docker Hub": [{ name: `someone/postgres@${digest}` }, "not allowed"],
    "built from a tag": [
      { name: "odoo-fleet/odoo:1", build: { context: ".", buildArgs: { BASE_IMAGE: "odoo:19" } } },
      "odoo:19",
    ],
  },
  unknown: { name: unknown },
  unknownIs: "reported",
  strict: [{ name: "postgres:17" }, "prod"],
};
