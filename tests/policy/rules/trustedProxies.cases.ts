import { rule } from "../../../policy/rules/trustedProxies";
import { type Props, type ResourceCases, unknown } from "../support/cases";

const carrying = (content: string, file = "/var/lib/odoo-fleet/edge/caddy.json"): Props => ({
  uploads: [
    { file: "/var/lib/odoo-fleet/edge/fleet-secret", content: "secret" },
    { file, content },
  ],
});
const caddy = (...ranges: string[]): string =>
  JSON.stringify({
    apps: { http: { servers: { https: { trusted_proxies: { source: "static", ranges } }, http: {} } } },
  });
/** As Pulumi's protocol writes a secret. */
const secret = ({ uploads }: Props): Props => ({
  uploads: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: uploads },
});

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no proxy": carrying(JSON.stringify({ apps: {} })),
    "Cloudflare's widest": carrying(caddy("104.16.0.0/13", "2a06:98c0::/29")),
    "what isn't Caddy's": carrying(caddy("0.0.0.0/0"), "/etc/odoo-fleet/nginx.conf"),
    "what isn't JSON": carrying("none"),
    "no file": {},
  },
  fails: {
    "every address": [carrying(caddy("192.0.2.0/24", "0.0.0.0/0")), "trusts 0.0.0.0/0"],
    "half of them": [carrying(caddy("128.0.0.0/1")), "trusts 128.0.0.0/1"],
    "every address of IPv6": [carrying(caddy("::/0")), "trusts ::/0"],
    "among secrets": [secret(carrying(caddy("0.0.0.0/0"))), "trusts 0.0.0.0/0"],
  },
  unknown: carrying(unknown),
  unknownIs: "reported",
};
