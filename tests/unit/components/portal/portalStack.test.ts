import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createEdgeNetwork } from "../../../../components/edge/edgeServer";
import type { HostRefs } from "../../../../components/host/connectHost";
import { drillFolder } from "../../../../components/backup/drillConf";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { PortalStack } from "../../../../components/portal/portalStack";
import { schemaQuery } from "../../../../components/portal/schemaQuery";
import { resolveFleet } from "../../../../fleet";
import { edgeSecretOf } from "../../../../fleet/route";
import { ofType, settled, startMocks } from "../../../support/mocks";

type Inputs = Record<string, unknown>;

interface Made {
  readonly containers: Record<string, Inputs>;
  readonly volumes: Record<string, Inputs>;
  readonly networks: Record<string, Inputs>;
  readonly context: ServiceContext;
  readonly url: string;
  /** What the host's shipper gets. */
  readonly copied: unknown;
}

const login = { username: "portal", password: "password-of-the-mail" };

const stripe = { secretKey: "rk_live_of_the_worker", webhookSecret: "whsec_of_the_web_process" };

async function register({
  tenants = {},
  mail = {},
  invoices,
  oidc,
}: { tenants?: object; mail?: object; invoices?: object; oidc?: object } = {}): Promise<Made> {
  const registered = startMocks();
  const fleet = resolveFleet(
    {
      hosts: { local: {} },
      edge: { domain: "localhost", certificates: "internal" },
      tenants,
      portal: {
        slots: { local: { from: 500, to: 509 } },
        plans: { starter: { price: 2900, currency: "EUR" } },
        mail: { smtp: "smtp.example.com:587", from: "portal@example.com", ...mail },
        ...(invoices && { invoices }),
        ...(oidc && { oidc }),
      },
    },
    "dev",
  );
  const host = fleet.hosts["local"]!;
  const provider = new docker.Provider("local-docker", {});
  const transform = {
    postgres: () => {
      throw new Error("a transform is for tenants");
    },
  };
  const context = new ServiceContext("dev", "id-of-stack", {}, transform);
  const refs = { host, provider, context } as unknown as HostRefs;
  const edgeNetwork = createEdgeNetwork(refs, fleet.edge!.hosts["local"]!);
  const stack = new PortalStack("portal", {
    portal: fleet.portal!,
    refs,
    images: { web: "sha256:web", postgres: "sha256:postgres" },
    secrets: {
      ...("password" in mail && { mailPassword: login.password }),
      ...(invoices && { stripeWebhookSecret: stripe.webhookSecret }),
      ...(oidc && { oidc: { example: "secret-at-the-service" } }),
    },
    edgeNetwork,
    fleetSecret: pulumi.output("secret-of-the-fleet"),
  });
  const url = await new Promise<string>((resolve) => void stack.workerDatabaseUrl.apply(resolve));
  const { repositoryVolume, backupKeys } = stack;
  const copied = await new Promise((resolve) => void pulumi.all([repositoryVolume, backupKeys]).apply(resolve));
  await settled();
  return {
    containers: ofType(registered, "docker:index/container:Container"),
    volumes: ofType(registered, "docker:index/volume:Volume"),
    networks: ofType(registered, "docker:index/network:Network"),
    context,
    url,
    copied,
  };
}

/** What the writer carries, by path. */
function uploads({ containers }: Made): Record<string, string> {
  const { value } = containers["portal-config-writer"]!["uploads"] as { value: { file: string; content: string }[] };
  return Object.fromEntries(value.map(({ file, content }) => [file.replace("/var/lib/odoo-fleet/", ""), content]));
}

const label = (inputs: Inputs, name: string): string | undefined =>
  (inputs["labels"] as { label: string; value: string }[]).find((one) => one.label === `odoo-fleet.${name}`)?.value;

describe("PortalStack", () => {
  it("has a web process, a database and what backs that up, and no container with an engine's socket", async () => {
    const made = await register();
    const services = Object.values(made.containers).map((inputs) => label(inputs, "service"));
    expect(services.sort()).toEqual(["backup", "portal-config", "postgres", "web"]);
    expect(JSON.stringify(made.containers)).not.toContain("docker.sock");
    expect(JSON.stringify(made.containers)).not.toContain("hostPath");
    expect(made.context.started.map(({ name, key, tenant }) => `${name} ${key} ${tenant}`).sort()).toEqual(
      ["backup", "postgres", "web"].map((service) => `dev-portal-${service} portal undefined`),
    );
  });

  it("hands its backups to what copies them off the host, with the key that its helper has", async () => {
    const made = await register();
    const [volume, { databaseKey }] = made.copied as [string, { databaseKey: string }];
    expect(volume).toBe("dev-portal-repository");
    expect(uploads(made)["postgres/pgbackrest.conf"]).toContain(`repo1-cipher-pass=${databaseKey}`);
  });

  it("has its database drilled alone, within what its helper may use", async () => {
    const { containers } = await register();
    const { envs, memory, volumes } = containers["portal-backup"] as {
      envs: string[];
      memory: number;
      volumes: { containerPath: string; readOnly: boolean }[];
    };
    expect(envs).toEqual(expect.arrayContaining(["BACKUP_DRILL_EVERY=604800", `DRILL_QUERY=${schemaQuery}`]));
    const drill = Number(/^DRILL_MEMORY_MIB=(\d+)$/m.exec(envs.join("\n"))![1]);
    expect(drill).toBeLessThan(memory);
    expect(volumes).toContainEqual(expect.objectContaining({ containerPath: drillFolder, readOnly: false }));
    expect(containers["portal-files"]).toBeUndefined();
  });

  it("publishes its web process for the edge alone, and its database to nobody", async () => {
    const { containers, networks } = await register();
    const web = containers["portal-web"]!;
    expect(web["ports"]).toEqual([{ internal: 8080, external: 29991, ip: "10.200.250.65", protocol: "tcp" }]);
    expect(web).toMatchObject({ user: "node", readOnly: true, capabilities: { drops: ["ALL"] } });
    expect(containers["portal-postgres"]!["ports"]).toBeUndefined();
    expect(networks["portal-internal"]).toMatchObject({ internal: true });
    expect(containers["portal-postgres"]!["networksAdvanced"]).toHaveLength(1);
  });

  it("gives the web process what Stripe signs by, as a file, where something is paid by it, and Stripe's key nowhere", async () => {
    const variable = "PORTAL_STRIPE_WEBHOOK_SECRET_FILE=";
    const envs = ({ containers }: Made): string => (containers["portal-web"]!["envs"] as string[]).join("\n");
    const without = await register();
    expect([envs(without).includes(variable), "web/stripe-webhook-secret" in uploads(without)]).toEqual([false, false]);
    const seller = { name: "Example SARL", address: ["1 rue de la Paix"], country: "FR" };
    const made = await register({ invoices: { since: "2026-12", seller, vatPercent: 20, stripe } });
    expect(uploads(made)["web/stripe-webhook-secret"]).toBe(stripe.webhookSecret);
    expect(envs(made)).toContain(variable);
    expect(envs(made)).not.toContain(stripe.webhookSecret);
    expect(JSON.stringify(made.containers)).not.toContain(stripe.secretKey);
  });

  it("gives the web process its secrets at services to sign in by, as a file, where there are any", async () => {
    const variable = "PORTAL_OIDC_SECRETS_FILE=";
    const without = await register();
    expect(JSON.stringify(without.containers)).not.toContain(variable);
    const issuer = "https://id.example.com";
    const example = { title: "Example ID", issuer, clientId: "portal", clientSecret: "secret-at-the-service" };
    const made = await register({ oidc: { example } });
    expect(JSON.parse(uploads(made)["web/oidc-secrets.json"]!)).toEqual({ example: example.clientSecret });
    const envs = (made.containers["portal-web"]!["envs"] as string[]).join("\n");
    expect(envs).toContain(variable);
    expect(envs).not.toContain(example.clientSecret);
    expect(JSON.parse(uploads(made)["web/settings.json"]!)).toMatchObject({ oidc: { example: { issuer } } });
  });

  it("gives the web process its secrets as files, and nothing of them in its environment", async () => {
    const made = await register({ mail: login });
    const files = uploads(made);
    expect(files["web/database-url"]).toBe("postgres://odoo:value-of-portal-role-password@10.200.249.195:5432/portal");
    expect(files["web/edge-secret"]).toBe(edgeSecretOf("secret-of-the-fleet", "portal"));
    expect(files["web/smtp-password"]).toBe(login.password);
    expect(JSON.parse(files["web/settings.json"]!)).toMatchObject({
      origin: "https://portal.localhost",
      mail: { host: "smtp.example.com", user: "portal" },
    });
    const { envs } = made.containers["portal-web"]!;
    expect(envs).toContain("PORTAL_SMTP_PASSWORD_FILE=/etc/odoo-fleet/smtp-password");
    expect(JSON.stringify(envs)).not.toMatch(/value-of|password-of|secret-of/);
    expect(Object.keys(uploads(await register()))).not.toContain("web/smtp-password");
  });

  it("lets the web process read exports, and write none", async () => {
    const { containers, volumes } = await register();
    const path = "/var/lib/odoo-fleet/exports";
    expect(volumes["portal-exports"]).toMatchObject({ name: "dev-portal-exports" });
    const { volumes: mounted, envs } = containers["portal-web"]!;
    expect(mounted).toContainEqual({ volumeName: "dev-portal-exports", containerPath: path, readOnly: true });
    expect((mounted as { readOnly?: boolean }[]).filter(({ readOnly }) => readOnly !== true)).toEqual([]);
    expect(envs).toContain(`PORTAL_EXPORTS=${path}`);
  });

  it("lets the host's worker log in to the database, and nobody else beside the web process", async () => {
    const made = await register();
    const { "postgres/pg_hba.conf": hba } = uploads(made);
    const rules = hba!.split("\n").filter((line) => line.startsWith("host portal"));
    expect(rules).toEqual([
      "host portal odoo 10.200.249.194/32 scram-sha-256",
      "host portal odoo 10.200.249.193/32 scram-sha-256",
    ]);
    expect(made.url).toBe("postgres://odoo:value-of-portal-role-password@10.200.249.195:5432/portal");
  });

  it("leaves the web process as it is when declared tenants come and go", async () => {
    const before = await register();
    const after = await register({ tenants: { acme: { slot: 1 } } });
    expect(JSON.parse(uploads(before)["addresses/taken.json"]!)).toEqual(["portal"]);
    expect(JSON.parse(uploads(after)["addresses/taken.json"]!)).toEqual(["acme", "portal"]);
    expect(after.containers["portal-web"]).toEqual(before.containers["portal-web"]);
    expect(after.volumes).toEqual(before.volumes);
  });

  it("tells the edge where it is, by its name alone", async () => {
    const { volumes } = await register();
    expect(label(volumes["portal-route"]!, "route")).toMatch(/^portal running 29991 portal\.localhost /);
  });
});
