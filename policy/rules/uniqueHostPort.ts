import type { PolicyResource } from "@pulumi/policy";
import { bindingsCollide, type PortBinding } from "../../fleet/security";
import { fleetLabel, known } from "../lib/containers";
import { providerDocs, type StackRule, types } from "../lib/rule";
import { containersOf, type StackContainer } from "../lib/stack";

/**
 * A host port is published once.
 *
 * Over the whole stack, by host, address, protocol and port.
 *
 * Severity: high. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: StackRule = {
  kind: "stack",
  number: 33,
  name: "unique-host-port",
  title: "A host port is published once",
  level: "mandatory",
  severity: "high",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["ports"],
  why: "The second container would not start, in the middle of a change.",
  fix: "Give one of them another port; a wildcard address takes the port on every address.",
  check: (resources) => {
    const bindings = containersOf(resources).flatMap(bindingsOf);
    return bindings.flatMap((one, index) => {
      const other = bindings
        .slice(0, index)
        .find(({ engine, binding }) => engine === one.engine && bindingsCollide(binding, one.binding));
      const { address, port, protocol } = one.binding;
      return other
        ? [
            {
              resource: one.resource,
              fault: `${protocol} port ${port} on ${address || "every address"} collides with that of ${other.resource.name}`,
            },
          ]
        : [];
    });
  },
};

interface Published {
  readonly resource: PolicyResource;
  readonly engine: string;
  readonly binding: PortBinding;
}

function bindingsOf({ resource, props }: StackContainer): Published[] {
  // Hosts are told apart by their engine's address; one that isn't known yet, by its label.
  const endpoint = known(() => resource.provider?.props["host"] as string | undefined);
  const engine = endpoint ?? fleetLabel(props, "host") ?? "";
  return (props.ports ?? []).flatMap(({ external, ip = "", protocol = "tcp" }) =>
    external ? [{ resource, engine, binding: { address: ip, port: external, protocol } }] : [],
  );
}
