/** The stand-in for the official `docker` plugin: containers, networks, volumes and images over the Engine API. */
import Docker from "dockerode";
import { bridged } from "../framework/dialect";
import { messageOf, Plugin, text, texts } from "../framework/resource";
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

/** The engine of a plugin whose configuration says how to reach it. */
class Connection {
  private client: Docker | undefined;
  private config: Properties | undefined;

  /**
   * Takes the configuration. The engine has to answer now, unless it is reached by SSH: the older half of the official plugin
   * asks it, whatever `disableDockerDaemonCheck` says. That half reads the flat map alone; the captured calls have none, so
   * there it asked the machine's own engine and the named one was asked when it was needed.
   */
  async configure(config: Properties, variables: ReadonlyMap<string, string>): Promise<void> {
    this.config = config;
    this.client = undefined;
    const named = variables.get("docker:config:host");
    if (named === undefined && config["host"] !== undefined) return;
    const host = named ?? (process.env["DOCKER_HOST"] || defaultHost);
    const sshOpts = texts(json(config["sshOpts"]));
    if (/^ssh:/.test(host)) {
      connect({ host, sshOpts });
    } else {
      await connect({ host, sshOpts })
        .ping()
        .catch(() => {
          throw new Error(
            "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon",
          );
        });
    }
    this.config = { ...config, host };
  }

  /** A client for the engine, which was asked once whether it answers unless the configuration says not to. */
  async engine(): Promise<Docker> {
    if (this.config === undefined) throw new Error("the docker provider isn't configured: its host isn't known yet");
    return (this.client ??= await this.connect(this.config));
  }

  private async connect(config: Properties): Promise<Docker> {
    const host = text(config["host"]);
    const failed = (reason: string): Error => new Error(`failed to create Docker client: ${reason}`);
    let client: Docker;
    try {
      client = connect({ host, sshOpts: texts(json(config["sshOpts"])) });
    } catch (error) {
      throw failed(messageOf(error));
    }
    if (json(config["disableDockerDaemonCheck"]) === true) return client;
    try {
      await client.ping();
    } catch (error) {
      const wish = `please make sure that ${host} is reachable and has a  '_ping' endpoint`;
      throw failed(`Error pinging Docker server, ${wish}. Error: ${engineMessage(error)}`);
    }
    return client;
  }
}

/** The plugin; `configure` says how to reach an engine. */
export function dockerPlugin(): Plugin {
  const connection = new Connection();
  const engine = (): Promise<Docker> => connection.engine();
  return {
    name: "docker",
    version: "5.2.0",
    dialect: bridged,
    config: {
      host: string(),
      sshOpts: { kind: "any", check: (value) => (Array.isArray(json(value)) ? undefined : "must be a list") },
      disableDockerDaemonCheck: { kind: "any" },
      certPath: refused("certPath"),
      caMaterial: refused("caMaterial"),
      certMaterial: refused("certMaterial"),
      keyMaterial: refused("keyMaterial"),
      context: refused("context"),
      registryAuth: refused("registryAuth"),
    },
    configure: (config, variables) => connection.configure(config, variables),
    resources: [containerType(engine), networkType(engine), volumeType(engine), remoteImageType(engine)],
    dataSources: [getNetwork(engine), getRemoteImage(engine)],
  };
}
