/** Connects a container to its networks after it's created and before it starts. */
import Docker from "dockerode";
import { messageOf, objects, strings, text, texts } from "../framework/resource";
import { PropertyValue } from "../framework/values";
import { ask } from "./engine";

/** `KEY=VALUE` lines as an object. */
function pairs(value: PropertyValue | undefined): Record<string, string> {
  return strings(
    Object.fromEntries(texts(value).map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)])),
  );
}

/** Takes the container off the default bridge and onto every named network. */
export async function connectNetworks(
  engine: Docker,
  container: Docker.Container,
  value: PropertyValue | undefined,
): Promise<void> {
  const networks = objects(value);
  if (networks.length === 0) return;
  try {
    const bridge = engine.getNetwork("bridge");
    await ask("Unable to disconnect the default network", () => bridge.disconnect({ Container: container.id }));
  } catch (error) {
    if (
      !messageOf(error).includes("is not connected to the network bridge") &&
      !messageOf(error).includes("is not connected to network bridge")
    )
      throw error;
  }
  for (const network of networks) {
    const name = text(network["name"]);
    const addresses = {
      ...(text(network["ipv4Address"]) !== "" && { IPv4Address: text(network["ipv4Address"]) }),
      ...(text(network["ipv6Address"]) !== "" && { IPv6Address: text(network["ipv6Address"]) }),
      ...(texts(network["linkLocalIps"]).length > 0 && { LinkLocalIPs: texts(network["linkLocalIps"]) }),
    };
    const endpoint = {
      Aliases: texts(network["aliases"]),
      IPAMConfig: addresses,
      ...(text(network["macAddress"]) !== "" && { MacAddress: text(network["macAddress"]) }),
      ...(texts(network["driverOpts"]).length > 0 && { DriverOpts: pairs(network["driverOpts"]) }),
      ...(network["gwPriority"] !== undefined && { GwPriority: Number(network["gwPriority"]) }),
    };
    const options = { Container: container.id, EndpointConfig: endpoint };
    await ask(`Unable to connect to network '${name}'`, () => engine.getNetwork(name).connect(options));
  }
}
