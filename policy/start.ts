/**
 * The pack's entry point. Pulumi waits for a pack before each preview, and half of what it waits for is Pulumi's whole
 * SDK, of which the policy framework uses the classes of assets only. So the SDK is stood for by an object that hands out
 * those, and loads the rest when something asks for it.
 */
const sdk = require.resolve("@pulumi/pulumi");

let whole: Record<PropertyKey, unknown> | undefined;
function wholeSdk(): Record<PropertyKey, unknown> {
  if (whole === undefined) {
    delete require.cache[sdk];
    whole = module.require(sdk) as Record<PropertyKey, unknown>;
  }
  return whole;
}

const handedOut = new Proxy<Record<PropertyKey, unknown>>(
  {},
  { get: (_, name) => (name === "asset" ? (module.require("@pulumi/pulumi/asset") as unknown) : wholeSdk()[name]) },
);
require.cache[sdk] ??= Object.assign(Object.create(module) as NodeJS.Module, {
  id: sdk,
  filename: sdk,
  loaded: true,
  children: [],
  exports: handedOut,
});

module.require("./index");

export {};
