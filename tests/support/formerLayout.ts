interface Resource {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
  readonly parent?: string;
}

interface State {
  readonly deployment: { resources: Resource[] };
}

const services = { postgres: "PostgresDatabase", odoo: "OdooServer", nginx: "NginxProxy" };

/**
 * A state as the program left it when a tenant's secrets, and the files of each of its services, were below a component of
 * their own.
 *
 * @param exported what `pulumi stack export` gave.
 */
export function formerLayout(exported: string): string {
  const { deployment } = JSON.parse(exported) as State;
  const moved = new Map<string, { urn: string; parent: string }>();
  const added = new Map<string, Resource>();
  for (const { urn: tenant } of deployment.resources.filter(({ type }) => type === "odoo-fleet:index:TenantStack")) {
    const name = tenant.split("::").at(-1)!;
    const urn = (called: string, ...types: string[]): string =>
      `${[tenant.slice(0, -`::${name}`.length), ...types].join("$")}::${called}`;
    const move = (called: string, type: string, component: Resource, ...types: string[]): void => {
      added.set(component.urn, component);
      moved.set(urn(called, type), { urn: urn(called, ...types, type), parent: component.urn });
    };
    const secrets = "odoo-fleet:index:TenantSecrets";
    for (const what of ["role", "admin"]) {
      const component = { urn: urn(name, secrets), custom: false, type: secrets, parent: tenant };
      move(`${name}-${what}-password`, "random:index/randomPassword:RandomPassword", component, secrets);
    }
    for (const [service, type] of Object.entries(services)) {
      const [above, config] = [`odoo-fleet:index:${type}`, "odoo-fleet:index:ServiceConfig"];
      const called = `${name}-${service}-config`;
      const parent = urn(`${name}-${service}`, above);
      const component = { urn: urn(called, above, config), custom: false, type: config, parent };
      move(called, "docker:index/volume:Volume", component, above, config);
    }
  }
  const resources = deployment.resources.map((one) => ({ ...one, parent: moved.get(one.urn)?.parent ?? one.parent }));
  // In a state a parent is before its children.
  const isComponent = ({ type }: Resource): boolean => type.startsWith("odoo-fleet:");
  const first = resources.findIndex(isComponent);
  deployment.resources = [
    ...resources.slice(0, first),
    ...resources.filter(isComponent),
    ...added.values(),
    ...resources.slice(first).filter((one) => !isComponent(one)),
  ];
  // By its name a resource is also what others depend on.
  const renamed = [...moved].reduce(
    (text, [now, { urn }]) => text.replaceAll(`"${now}"`, `"${urn}"`),
    JSON.stringify(deployment),
  );
  return JSON.stringify({ ...(JSON.parse(exported) as State), deployment: JSON.parse(renamed) as unknown });
}
