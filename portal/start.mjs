/** Starts a process of the portal: `node start.mjs web`. A Node.js that it can't run on is refused before anything else is loaded. */
import console from "node:console";
import process from "node:process";
import { runtimeFault } from "./src/runtime.mjs";

const [name = ""] = process.argv.slice(2);
const fault = runtimeFault(process.versions);
if (fault) {
  console.error(`odoo-fleet-portal: ${fault}`);
  process.exit(1);
}
switch (name) {
  case "web":
    await import("./src/web.ts");
    break;
  case "worker":
    await import("./src/worker.ts");
    break;
  case "recover":
    await import("./src/recover.ts");
    break;
  case "migrate":
    await import("./src/migrate.ts");
    break;
  case "token":
    await import("./src/token.ts");
    break;
  case "operator":
    await import("./src/operator.ts");
    break;
  case "openapi":
    await import("./src/openapi.ts");
    break;
  default:
    console.error(
      `odoo-fleet-portal: "${name}" is no process of the portal; expected web, worker, recover, migrate, token, operator or openapi`,
    );
    process.exit(2);
}
