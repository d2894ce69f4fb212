import { chooseStack, environmentOf, parseStackReference } from "../../../tools/stackName";

const never = (): boolean => {
  throw new Error("nobody needs to be asked");
};
const choose = (wanted: string, listed: string[], leadsTo: (stack: string) => boolean = never) =>
  chooseStack(wanted, "odoo-fleet", listed, leadsTo);

it("reads the three spellings, and no others", () => {
  expect(parseStackReference("dev")).toEqual({ name: "dev", environment: "dev" });
  expect(parseStackReference("acme/dev")).toEqual({ organization: "acme", name: "dev", environment: "dev" });
  expect(parseStackReference("acme/odoo-fleet/dev")).toEqual({
    organization: "acme",
    project: "odoo-fleet",
    name: "dev",
    environment: "dev",
  });
  for (const wrong of ["", "/dev", "acme//dev", "a/b/c/dev", "dev; rm -rf x", "$(id)", "../dev/x y"]) {
    expect(() => parseStackReference(wrong)).toThrow(`STACK=${wrong}: expected stack, organization/stack`);
  }
});

it("reads whose a tenant's own stack is", () => {
  expect(parseStackReference("acme/prod.globex")).toEqual({
    organization: "acme",
    name: "prod.globex",
    environment: "prod",
    tenant: "globex",
  });
});

it("makes a stack only where there is none of its name", () => {
  expect(choose("dev", [])).toEqual({ action: "init", stack: "dev" });
  expect(choose("acme/odoo-fleet/dev", ["prod", "dev-2"])).toEqual({ action: "init", stack: "acme/odoo-fleet/dev" });
  // A stack of another project has nothing to do with it.
  expect(choose("dev", ["acme/website/dev"])).toEqual({ action: "init", stack: "dev" });
});

it("finds a stack by each of its spellings", () => {
  expect(choose("dev", ["prod", "dev"])).toEqual({ action: "use", stack: "dev" });
  expect(choose("dev", ["organization/odoo-fleet/dev"])).toEqual({
    action: "use",
    stack: "organization/odoo-fleet/dev",
  });
  expect(choose("acme/dev", ["acme/odoo-fleet/dev", "other/dev"])).toEqual({
    action: "use",
    stack: "acme/odoo-fleet/dev",
  });
  expect(choose("acme/odoo-fleet/dev", ["acme/dev"])).toEqual({ action: "use", stack: "acme/dev" });
  expect(choose("dev", ["dev", "acme/dev"])).toEqual({ action: "use", stack: "dev" });
});

it("asks the CLI whether a listed short name is the organization's that was given", () => {
  const asked: string[] = [];
  const leads = (stack: string): boolean => asked.push(stack) > 0;
  expect(choose("organization/odoo-fleet/dev", ["dev"], leads)).toEqual({
    action: "use",
    stack: "organization/odoo-fleet/dev",
  });
  expect(asked).toEqual(["organization/odoo-fleet/dev"]);
  expect(() => choose("acme/dev", ["dev"], () => false)).toThrow(
    "STACK=acme/dev: the backend already has dev. A second stack is not created automatically",
  );
});

it("refuses what could be another stack, naming those that there are", () => {
  expect(() => choose("dev", ["acme/dev", "other/dev"])).toThrow("the backend already has acme/dev and other/dev");
  expect(() => choose("acme/dev", ["other/dev"])).toThrow("the backend already has other/dev");
  expect(() => choose("acme/website/dev", ["dev"])).toThrow("the project is website; expected odoo-fleet");
});

it("finds the environment's own stack of a tenant's", () => {
  expect(environmentOf("acme/odoo-fleet/prod.globex")).toBe("acme/odoo-fleet/prod");
  expect(environmentOf("prod.globex")).toBe("prod");
  expect(environmentOf("acme/prod")).toBeUndefined();
});
