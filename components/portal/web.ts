import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { portalWebPort, postgresPort } from "../../fleet/ports";
import type { PortalSettings } from "../../fleet/portalSettings";
import type { Portal } from "../../fleet/portalTypes";
import { configFolder, exportsFolder } from "../../fleet/security";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { derived } from "../container/derived";
import { awaitedHealthcheck } from "../container/healthcheck";
import type { ServiceConfig } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { odooRole } from "../tenant/config/odooConf";

/** Folder of the web process in which the addresses are that are taken by what is declared; `images/portal` has it. */
const addressesFolder = "/var/lib/odoo-fleet/addresses";

/** Files of the web process, in its configuration folder, by the variables that name them. */
const files = {
  PORTAL_SETTINGS: "settings.json",
  PORTAL_DATABASE_URL_FILE: "database-url",
  PORTAL_SESSION_SECRET_FILE: "session-secret",
  PORTAL_EDGE_SECRET_FILE: "edge-secret",
  PORTAL_SMTP_PASSWORD_FILE: "smtp-password",
  PORTAL_STRIPE_WEBHOOK_SECRET_FILE: "stripe-webhook-secret",
  PORTAL_OIDC_SECRETS_FILE: "oidc-secrets.json",
} as const;

/** URL of the portal's database, as one process sees it; a secret. */
export function databaseUrl(
  { database }: Pick<Portal, "database">,
  host: string,
  password: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi.secret(
    derived(password, (known) => `postgres://${odooRole}:${known}@${host}:${postgresPort}/${database}`),
  );
}

/** What the web process is told. */
export interface WebSettings {
  readonly settings: PortalSettings;
  readonly databaseUrl: pulumi.Output<string>;
  readonly sessionSecret: pulumi.Output<string>;
  /** What the edge shows that it is the edge by. */
  readonly edgeSecret: pulumi.Output<string>;
  /** Of the login at the mail server; undefined: it asks for none. */
  readonly mailPassword?: string;
  /** What Stripe signs by; undefined: nothing is paid by it. */
  readonly stripeWebhookSecret?: string;
  /** Of the services that customers sign in by; undefined: there are none. */
  readonly oidc?: Readonly<Record<string, string>>;
}

/** Its configuration and secrets, by path in its folder. */
export function webFiles({ settings, ...own }: WebSettings): Record<string, pulumi.Input<string>> {
  return {
    [files.PORTAL_SETTINGS]: JSON.stringify(settings),
    [files.PORTAL_DATABASE_URL_FILE]: own.databaseUrl,
    [files.PORTAL_SESSION_SECRET_FILE]: own.sessionSecret,
    [files.PORTAL_EDGE_SECRET_FILE]: own.edgeSecret,
    ...(own.mailPassword === undefined ? {} : { [files.PORTAL_SMTP_PASSWORD_FILE]: pulumi.secret(own.mailPassword) }),
    ...(own.stripeWebhookSecret === undefined
      ? {}
      : { [files.PORTAL_STRIPE_WEBHOOK_SECRET_FILE]: pulumi.secret(own.stripeWebhookSecret) }),
    ...(own.oidc === undefined ? {} : { [files.PORTAL_OIDC_SECRETS_FILE]: pulumi.secret(JSON.stringify(own.oidc)) }),
  };
}

/** What its container is made from. */
export interface WebArgs {
  readonly portal: Portal;
  readonly context: ServiceContext;
  /** Id of its image. */
  readonly image: pulumi.Input<string>;
  readonly networks: Readonly<Record<"internal" | "front", docker.Network>>;
  readonly configs: Readonly<Record<"web" | "addresses", ServiceConfig>>;
  /** The volume with exports, which the worker puts there. */
  readonly exports: docker.Volume;
  /** The network on whose gateway address it is published for the edge. */
  readonly edgeNetwork: docker.Network;
}

/** The web process: it brings the database to its newest schema when it starts, and is published for the edge alone. */
export function createWeb(
  name: string,
  { portal, context, image, networks, configs, exports, edgeNetwork }: WebArgs,
  parent: pulumi.Resource,
): docker.Container {
  const { names, addresses, ports, edge, sizing, sells } = portal;
  const { mount, labels, writer } = configs.web;
  const left: readonly string[] = [
    ...(sells.mail.user === undefined ? ["PORTAL_SMTP_PASSWORD_FILE"] : []),
    ...(sells.invoices?.payment === "stripe" ? [] : ["PORTAL_STRIPE_WEBHOOK_SECRET_FILE"]),
    ...(sells.oidc === undefined ? ["PORTAL_OIDC_SECRETS_FILE"] : []),
  ];
  const named = Object.entries(files).filter(([variable]) => !left.includes(variable));
  const container = new docker.Container(
    name,
    {
      ...hardenedContainer(sizing.web),
      name: names.web,
      hostname: names.web,
      image,
      user: "node",
      workingDir: "/opt/portal/portal",
      envs: [
        ...named.map(([variable, file]) => `${variable}=${configFolder}/${file}`),
        `PORTAL_TAKEN_ADDRESSES=${addressesFolder}/taken.json`,
        `PORTAL_EXPORTS=${exportsFolder}`,
      ],
      tmpfs: { "/tmp": "mode=1777,size=16m" },
      volumes: [
        { ...mount, readOnly: true },
        { ...configs.addresses.mount, containerPath: addressesFolder, readOnly: true },
        { volumeName: exports.name, containerPath: exportsFolder, readOnly: true },
      ],
      networksAdvanced: [
        { name: networks.internal.id, ipv4Address: addresses.odooInternal },
        { name: networks.front.id, ipv4Address: addresses.nginxFront },
      ],
      ports: [{ internal: portalWebPort, external: ports.edge, ip: edge.address, protocol: "tcp" }],
      healthcheck: awaitedHealthcheck({ startPeriod: "1m0s", retries: 3 }, "odoo-fleet-healthy", `${portalWebPort}`),
      wait: true,
      waitTimeout: 180,
      labels,
    },
    containerOptions(parent, { ...context.options, dependsOn: [writer, edgeNetwork] }),
  );
  context.started.push({ container, name: names.web, isWaitedFor: true });
  return container;
}
