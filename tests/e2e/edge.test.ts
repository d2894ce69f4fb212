import { execIn } from "../support/engine";
import { broken } from "../support/policyPack";
import { acme, container, edge, fleet, judged, monitoring, stack } from "./edge/fleet";
// One fleet, each as those before have left it.
import "./edge/behind";
import "./edge/restarts";
import "./edge/trust";
import "./edge/comes";
import "./edge/suspended";
import "./edge/ownStack";
import "./edge/address";

beforeAll(async () => {
  await stack.init();
  stack.configure({ edge, monitoring, tenants: { acme } });
  const output = await stack.mustUp(...judged);
  expect([...broken(output, "advisory")]).toEqual([]);
  fleet.outputs = await stack.outputs();
  fleet.ca = (await execIn(container("edge"), ["cat", "/data/pki/authorities/local/root.crt"])).output;
});

afterAll(async () => {
  await stack.destroy();
  // What the host noted of a tenant is in no state, and would be the next run's where a test failed before it was told otherwise.
  await stack.dispose();
});
