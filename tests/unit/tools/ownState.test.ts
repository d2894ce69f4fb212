import { ownState, tenantsIn, withoutTenants } from "../../../tools/ownStacks/ownState";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly outputs?: object;
}

const urn = (stack: string, path: string, name: string): string => `urn:pulumi:${stack}::odoo-fleet::${path}::${name}`;
const rootType = "pulumi:pulumi:Stack";
const tenantType = "odoo-fleet:index:TenantStack";
const container = "docker:index/container:Container";
const volume = "docker:index/volume:Volume";

/** Of a stack with an edge, a tenant of which backups are kept, and two tenants, of which one has a copy of it as a dependency. */
function resourcesIn(stack: string): Resource[] {
  const at = (path: string, name: string): string => urn(stack, path, name);
  const root = at(rootType, `odoo-fleet-${stack}`);
  const provider = at("pulumi:providers:docker", "local-docker");
  const images = at("odoo-fleet:index:HostImages", "local");
  const image = at("odoo-fleet:index:HostImages$docker:index/image:Image", "local-odoo");
  const other = at("odoo-fleet:index:HostImages$docker:index/image:Image", "local-edge");
  const network = at("docker:index/network:Network", "local-edge-network");
  const own = { provider: `${provider}::one` };
  const tenant = (name: string): Resource[] => {
    const component = at(tenantType, name);
    const data = at(`${tenantType}$${volume}`, `${name}-database`);
    return [
      { urn: component, type: tenantType, parent: root },
      { ...own, urn: data, type: volume, id: `prod-${name}-database`, parent: component },
      {
        ...own,
        urn: at(`${tenantType}$${container}`, `${name}-odoo`),
        type: container,
        parent: component,
        dependencies: [image, data, network],
        propertyDependencies: { image: [image], volumes: [data], ports: [network] },
      },
    ];
  };
  const kept = at("odoo-fleet:index:KeptBackups", "gone");
  return [
    { urn: root, type: rootType, outputs: { tenants: { acme: {}, globex: {} } } },
    {
      urn: at("random:index/randomUuid:RandomUuid", "stack-id"),
      type: "random:index/randomUuid:RandomUuid",
      parent: root,
    },
    { urn: provider, type: "pulumi:providers:docker", id: "one", parent: root },
    { urn: images, type: "odoo-fleet:index:HostImages", parent: root },
    { ...own, urn: image, type: "docker:index/image:Image", parent: images },
    { ...own, urn: other, type: "docker:index/image:Image", parent: images },
    { ...own, urn: network, type: "docker:index/network:Network", parent: root },
    ...tenant("acme"),
    ...tenant("globex"),
    { urn: kept, type: "odoo-fleet:index:KeptBackups", parent: root },
    { ...own, urn: at(`odoo-fleet:index:KeptBackups$${volume}`, "gone-repository"), type: volume, parent: kept },
  ];
}

const exported = (resources: readonly Resource[], more: object = {}): string =>
  JSON.stringify({ version: 3, deployment: { secrets_providers: { type: "passphrase" }, resources, ...more } });
const read = (state: string): Resource[] =>
  (JSON.parse(state) as { deployment: { resources: Resource[] } }).deployment.resources;
const names = (state: string): string[] => read(state).map((one) => one.urn.slice(one.urn.lastIndexOf("::") + 2));
const stacks = { from: "prod", to: "prod.acme" };
const whole = exported(resourcesIn("prod"));

it("finds the tenants that a state has something of, also of which backups alone", () => {
  expect(tenantsIn(whole)).toEqual(["acme", "globex", "gone"]);
  expect(tenantsIn(exported([]))).toEqual([]);
});

it("gives a tenant what is its own, and of the rest what each stack has under the same name", () => {
  const state = ownState(whole, "acme", stacks);
  expect(names(state)).toEqual([
    ...["odoo-fleet-prod.acme", "stack-id", "local-docker", "local", "local-odoo"],
    ...["acme", "acme-database", "acme-odoo"],
  ]);
  expect(names(ownState(whole, "gone", { from: "prod", to: "prod.gone" }))).toEqual([
    ...["odoo-fleet-prod.gone", "stack-id", "local-docker", "gone", "gone-repository"],
  ]);
  expect(JSON.parse(state)).toMatchObject({ version: 3, deployment: { secrets_providers: { type: "passphrase" } } });
});

it("names the stack in whatever names a resource, and nothing that isn't in the state", () => {
  const state = ownState(whole, "acme", stacks);
  const urns = read(state).map((one) => one.urn);
  expect(urns.filter((one) => !one.startsWith("urn:pulumi:prod.acme::odoo-fleet::"))).toEqual([]);
  for (const { parent, provider, dependencies = [], propertyDependencies = {} } of read(state)) {
    const named = [...dependencies, ...Object.values(propertyDependencies).flat(), ...(parent ? [parent] : [])];
    const providers = provider ? [provider.slice(0, provider.lastIndexOf("::"))] : [];
    expect([...named, ...providers].filter((one) => !urns.includes(one))).toEqual([]);
  }
  const odoo = read(state).at(-1)!;
  expect(odoo.provider).toBe(`${urn("prod.acme", "pulumi:providers:docker", "local-docker")}::one`);
  expect(odoo.propertyDependencies!["ports"]).toEqual([]);
  // What the environment gives out stays there.
  expect(read(state)[0]!.outputs).toEqual({});
});

it("leaves everything but tenants in the environment's stack, however often it is done", () => {
  const left = withoutTenants(whole);
  expect(names(left)).toEqual(names(whole).slice(0, 7));
  expect(withoutTenants(left)).toBe(left);
  const together = [
    ...names(left),
    ...["acme", "globex", "gone"].flatMap((one) => names(ownState(whole, one, { from: "prod", to: `prod.${one}` }))),
  ];
  expect(new Set(together)).toEqual(
    new Set([...names(whole), "odoo-fleet-prod.acme", "odoo-fleet-prod.globex", "odoo-fleet-prod.gone"]),
  );
});

it("refuses a state in the middle of something", () => {
  const interrupted = exported(resourcesIn("prod"), { pending_operations: [{}] });
  expect(() => ownState(interrupted, "acme", stacks)).toThrow("make refresh STACK=prod first");
});
