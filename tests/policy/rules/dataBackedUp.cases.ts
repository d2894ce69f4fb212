import { rule } from "../../../policy/rules/dataBackedUp";
import { container, unknown, type StackCases, type StackResource } from "../support/cases";

const mount = (volumeName: string, containerPath: string, readOnly = false): Record<string, unknown> => ({
  volumes: [{ volumeName, containerPath, readOnly }],
});
const database: StackResource = container("db", "postgres", mount("data", "/var/lib/postgresql/data"));
const odoo: StackResource = container("app", "odoo", mount("files", "/var/lib/odoo"));

export const cases: StackCases = {
  rule: rule,
  passes: {
    "both are read by helpers": [
      database,
      odoo,
      container("b", "backup", mount("data", "/var/lib/postgresql/data", true)),
      container("f", "files", mount("files", "/var/lib/odoo", true)),
    ],
    "a database of no tenant": [{ ...database, props: { ...database.props, labels: [] } }],
    "a web server": [container("web", "nginx", mount("conf", "/etc/odoo-fleet"))],
  },
  fails: {
    "no helper": [[database], "db", "nothing backs up data"],
    "a helper of another volume": [
      [odoo, container("f", "files", mount("other", "/var/lib/odoo", true))],
      "app",
      "nothing backs up files",
    ],
    "another tenant's helper": [
      [odoo, container("f", "files", mount("files", "/var/lib/odoo", true), "globex")],
      "app",
      "nothing backs up files",
    ],
    "a helper that never runs": [
      [odoo, container("f", "files", { ...mount("files", "/var/lib/odoo", true), start: false, mustRun: false })],
      "app",
      "nothing backs up files",
    ],
    "a helper that could change it": [
      [odoo, container("f", "files", mount("files", "/var/lib/odoo"))],
      "app",
      "nothing backs up files",
    ],
  },
  unknown: [container("db", "postgres", mount(unknown, "/var/lib/postgresql/data"))],
  unknownIs: "not needed",
};
