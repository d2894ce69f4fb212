import { rmSync } from "node:fs";
import { addons, fleet, stack, tenants, writeModule } from "./fleet/fleet";
// One fleet, each as those before have left it.
import "./fleet/whatUpLeaves";
import "./fleet/isolation";
import "./fleet/whatHappens";

beforeAll(async () => {
  writeModule("visits", "visit_first");
  await stack.init();
  stack.configure({ tenants });
  await stack.mustUp();
  fleet.outputs = await stack.outputs();
});

afterAll(async () => {
  rmSync(addons, { recursive: true });
  await stack.destroy();
});
