import fc from "fast-check";
import { reservedTenantNames } from "../../../fleet/names";
import { longestRequestSeconds, type Plan } from "../../../fleet/plans";

/** Valid tenant names, short ones and ones that look like parts of other names among them. */
export const tenantName = fc
  .oneof(
    fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/),
    fc
      .array(fc.constantFrom("a", "b", "postgres", "odoo", "nginx", "config", "internal", "front", "database"), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => parts.join("-")),
  )
  .filter((name) => name.length <= 32 && !reservedTenantNames.includes(name));

/** A few tenants with slots that differ: some pinned, some left to the name. */
export const tenantsConfig = fc
  .uniqueArray(tenantName, { minLength: 1, maxLength: 8 })
  .chain((names) =>
    fc.tuple(
      fc.constant(names),
      fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: names.length, maxLength: names.length }),
      fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
    ),
  )
  .map(([names, slots, pinned]) =>
    Object.fromEntries(names.map((name, index) => [name, pinned[index] ? { slot: slots[index]! } : {}])),
  );

/** Plans of all kinds, also ones that can't be. */
export const plan: fc.Arbitrary<Plan> = fc.record(
  {
    memory: fc.integer({ min: 256, max: 65536 }),
    cpus: fc.integer({ min: 1, max: 64 }).map((quarters) => quarters / 4),
    workers: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 0, max: 24 })),
    users: fc.integer({ min: 1, max: 200 }),
    maxCronThreads: fc.integer({ min: 0, max: 8 }),
    uploadMiB: fc.integer({ min: 1, max: 1024 }),
    requestSeconds: fc.integer({ min: 60, max: longestRequestSeconds }),
  },
  { requiredKeys: ["memory", "cpus", "workers", "maxCronThreads", "uploadMiB", "requestSeconds"] },
);
