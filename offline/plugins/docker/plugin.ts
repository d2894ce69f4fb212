/** The stand-in for the official `docker` plugin: containers, networks, volumes and images over the Engine API. */
import Docker from "dockerode";
import { Plugin, text, texts } from "../framework/resource";
import { Property, string } from "../framework/schema";
import { Properties, PropertyValue } from "../framework/values";
import { containerType } from "./container";
import { connect, engineMessage } from "./engine";
import { getNetwork, networkType } from "./network";
import { getRemoteImage, remoteImageType } from "./remoteImage";
import { volumeType } from "./volume";

/** The engine that the Docker CLI itself would use. */
const defaultHost = "unix:///var/run/docker.sock";

/** The provider's own lists and booleans arrive as JSON in a string. */
function json(value: PropertyValue | undefined): PropertyValue | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as PropertyValue;
  } catch {
    return value;
  }
}

const refused = (name: string): Property => ({
  kind: "any",
  refused: `the stand-in doesn't know it; reach the engine by a unix:// or ssh:// host, or install the official plugin for \`${name}\``,
});

/** The plugin; `configure` connects it to an engine. */
export function dockerPlugin(): Plugin {
  let connected: Docker | undefined;
  const engine = (): Docker => {
    if (connected === undefined) throw new Error("the docker provider isn't configured: its host isn't known yet");
    return connected;
  };
  const configure = async (config: Properties): Promise<void> => {
    const host = text(config["host"]) || process.env["DOCKER_HOST"] || defaultHost;
    const client = connect({ host, sshOpts: texts(json(config["sshOpts"])) });
    // As the official plugin: told an endpoint, it asks nothing yet; told none, it looks for an engine.
    if (!text(config["host"])) {
      try {
        await client.ping();
      } catch (error) {
        throw new Error(
          `Error pinging Docker server, please make sure that ${host} is reachable and has a '_ping' endpoint. Error: ${engineMessage(error)}`,
        );
      }
    }
    connected = client;
  };
  return {
    name: "docker",
    version: "5.2.0",
    config: {
      host: string(),
      sshOpts: { kind: "any" },
      disableDockerDaemonCheck: { kind: "any" },
      certPath: refused("certPath"),
      caMaterial: refused("caMaterial"),
      certMaterial: refused("certMaterial"),
      keyMaterial: refused("keyMaterial"),
      context: refused("context"),
      registryAuth: refused("registryAuth"),
    },
    configure,
    resources: [containerType(engine), networkType(engine), volumeType(engine), remoteImageType(engine)],
    dataSources: [getNetwork(engine), getRemoteImage(engine)],
  };
}
