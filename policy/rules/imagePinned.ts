import type { RemoteImageArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { isPinned } from "../../fleet/security";
import { cis, names, type ResourceRule, types } from "../lib/rule";

interface Settings {
  readonly registries: readonly string[];
  readonly production: readonly string[];
}

/**
 * Images are pinned by digest and come from a known registry.
 *
 * Advisory, and mandatory (`image-pinned-required`) for stacks of production. An image that is built here is judged by the
 * build arguments that name its base (`BASE_IMAGE...`).
 *
 * Severity: high. References: CIS 4.2. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Unwrap<RemoteImageArgs>, Settings> = {
  kind: "resource",
  number: 26,
  name: "image-pinned",
  title: "Images are pinned by digest and come from a known registry",
  level: "advisory",
  severity: "high",
  references: ["CIS 4.2"],
  url: cis,
  types: [types.image],
  properties: ["name", "build"],
  why: "A tag can be given to other content at any time, and an unknown registry can serve anything.",
  fix: "Name the image with its digest (`name@sha256:...`), or pin the base that it is built from; allow a registry by the setting `registries`.",
  settings: {
    registries: names(
      [
        ...["docker.io/library", "docker.io/grafana", "docker.io/prom", "gcr.io/cadvisor", "ghcr.io/google"],
        ...["quay.io/martinhelmich", "quay.io/prometheus", "quay.io/prometheuscommunity"],
      ],
      "Registries, or parts of one, that images may come from.",
    ),
    production: names(["prod", "production"], "Stacks for which the rule is mandatory."),
  },
  check: (image, { registries }) => baseImages(image).flatMap((name) => faults(name, registries)),
  mandatoryFor: {
    where: "stacks of production",
    applies: (_, { production }, urn) => production.includes(urn.split("::")[0]!.split(":").pop()!),
  },
};

/** What an image consists of that isn't the fleet's own: itself, or for one that is built here, its base. */
function baseImages({ name, build }: Partial<Unwrap<RemoteImageArgs>>): string[] {
  if (!build) {
    // A run of some resources only (`--target`) shows the others without their inputs.
    return name === undefined ? [] : [name];
  }
  return Object.entries(build.buildArgs ?? {}).flatMap(([key, value]) => (/^BASE_IMAGE/.test(key) ? [value] : []));
}

function faults(name: string, registries: readonly string[]): string[] {
  const full = fullName(name);
  return [
    ...(isPinned(name) ? [] : [`image ${name} is not pinned by digest`]),
    ...(registries.some((one) => full.startsWith(`${one}/`))
      ? []
      : [`image ${name} comes from a registry that is not allowed`]),
  ];
}

/** A name with its registry, which Docker leaves out for its own. */
function fullName(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) {
    return `docker.io/library/${name}`;
  }
  return /[.:]/.test(first) || first === "localhost" ? name : `docker.io/${name}`;
}
