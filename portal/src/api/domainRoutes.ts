import { Resolver } from "node:dns/promises";
import { Hono } from "hono";
import { z } from "zod";
import {
  addDomain,
  askDomain,
  type DomainView,
  mostDomains,
  noteAnswer,
  readDomain,
  readDomains,
  removeDomain,
} from "../domains/domains.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import type { ApiParts } from "./app.ts";
import { domainListSchema, domainRequestSchema, domainSchema } from "./domainSchemas.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, noQuery } from "./schemas.ts";
import { tenantSides } from "./tenantSides.ts";

const list = { status: 200, description: "Its domains, the oldest first", schema: domainListSchema } as const;

const listOf = (domains: DomainView[] | undefined) => ({ domains: there(domains), most: mostDomains });

const domainParameter = idParameter.extend({ domain: z.string().max(253).meta({ example: "erp.example.com" }) });

/** Domains of customers' own: proven by DNS, and served then. */
export function domainRoutes({
  database,
  settings,
  queue,
  now = () => new Date(),
  resolver = new Resolver({ timeout: 3000, tries: 2 }),
}: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const side of tenantSides) {
    app.get(
      `${side.path}/tenants/:id/domains` as const,
      describe(side.named({ id: "listDomains", summary: "Domains of a tenant's customer", success: list })),
      demand(database, side.scope),
      valid("param", idParameter),
      valid("query", noQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        const customer = side.customerOf(context.var.caller);
        return context.json(listOf(await readDomains(database, settings, customer, id)));
      },
    );
  }

  app.post(
    "/tenants/:id/domains",
    describe({
      id: "addDomain",
      summary: "Have a tenant served at a domain of the customer's own, once DNS shows that it is his and leads here",
      scope: "tenants:write",
      isWrite: true,
      success: { status: 201, description: "The domain, with the records to publish", schema: domainSchema },
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    valid("json", domainRequestSchema),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      const { domain } = context.req.valid("json");
      return once(context, database, { domain }, async (transaction) => {
        const isThere = await addDomain({ transaction, queue, now: now(), customer }, settings, id, domain);
        return {
          status: 201,
          body: there(isThere ? await readDomain(transaction, settings, customer, { id, domain }) : undefined),
          audit: { tenant: id, subject: id, details: { domain } },
        };
      });
    },
  );

  app.post(
    "/tenants/:id/domains/:domain/checks",
    describe({
      id: "checkDomain",
      summary: "Ask DNS now for a domain of a tenant; it is served as soon as it is proven",
      scope: "tenants:write",
      isWrite: true,
      success: { status: 200, description: "The domain", schema: domainSchema },
    }),
    demand(database, "tenants:write"),
    valid("param", domainParameter),
    async (context) => {
      const { customer } = context.var.caller;
      const { id, domain } = context.req.valid("param");
      // Before the transaction: DNS may take seconds.
      const tenant = await findTenant(database, id, customer);
      const isThere = (await readDomain(database, settings, customer, { id, domain })) !== undefined;
      const answer = tenant && isThere ? await askDomain(resolver, settings, tenant, domain) : undefined;
      return once(context, database, null, async (transaction) => {
        const told = there(answer);
        await noteAnswer({ transaction, queue, now: now() }, { id, domain }, told, "portal");
        return {
          status: 200,
          body: there(await readDomain(transaction, settings, customer, { id, domain })),
          audit: { tenant: id, subject: id, details: { domain, state: told.kind } },
        };
      });
    },
  );

  app.delete(
    "/tenants/:id/domains/:domain",
    describe({
      id: "removeDomain",
      summary: "Let a domain of a tenant go: it isn't served any more, and free for another tenant",
      scope: "tenants:write",
      isWrite: true,
      success: { status: 200, description: "The domains that are left", schema: domainListSchema },
    }),
    demand(database, "tenants:write"),
    valid("param", domainParameter),
    (context) => {
      const { customer } = context.var.caller;
      const { id, domain } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const wasThere = await removeDomain({ transaction, queue, now: now(), customer }, { id, domain });
        return {
          status: 200,
          body: listOf(wasThere ? await readDomains(transaction, settings, customer, id) : undefined),
          audit: { tenant: id, subject: id, details: { domain } },
        };
      });
    },
  );
  return app;
}
