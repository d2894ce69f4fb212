import type { ProviderArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { isTcpEndpoint } from "../../fleet/security";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Engines are reached by socket, SSH or TLS.
 *
 * Severity: critical. References: CIS 2.7, OWASP 1. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Unwrap<ProviderArgs>> = {
  kind: "resource",
  number: 31,
  name: "engine-endpoint",
  title: "Engines are reached by socket, SSH or TLS",
  level: "mandatory",
  severity: "critical",
  references: ["CIS 2.7", "OWASP 1"],
  url: cis,
  types: [types.provider],
  properties: ["host", "certMaterial", "keyMaterial", "caMaterial", "certPath"],
  why: "Plain TCP gives root on the host to everyone who reaches the port.",
  fix: "Use `unix://`, `npipe://` or `ssh://`, or give the provider certificates.",
  check: ({ host = "", certPath, caMaterial, certMaterial, keyMaterial }) =>
    isTcpEndpoint(host) && !certPath && !(caMaterial && certMaterial && keyMaterial)
      ? ["the engine is reached by plain TCP"]
      : [],
};
