import { stringify } from "yaml";
import { backupTurnVolume } from "../../fleet/names";
import { shipperService } from "../../fleet/security";
import { type ContainerInputs, composeService, configName, type References } from "./service";
import { ComposeError, labelOf, type StoredResource, type TenantResources } from "./state";

/** A tenant as files that Docker Compose reads together, without being told to. */
export interface ComposeFiles {
  /** Containers, networks and volumes. Nothing in it is secret. */
  readonly "compose.yaml": string;
  /** What the configuration's files hold, passwords among them. */
  readonly "compose.override.yaml": string;
}

/**
 * A tenant's containers as Docker Compose runs them: from the inputs that the Docker provider got, so that they are the same.
 *
 * The volumes with data are not Compose's (`external`), so that `docker compose down --volumes` keeps them. Configuration goes
 * the way that it goes in the fleet: a container that mounts all of its volumes is given the files, and the others come after it.
 *
 * @param resources what the state has of the tenant.
 * @throws ComposeError for what can't be said in a Compose file.
 */
export function renderCompose(environment: string, tenant: string, resources: TenantResources): ComposeFiles {
  const { images } = resources;
  // The state has them in the order in which they were made, which differs from run to run.
  const [containers, volumes, networks] = [resources.containers, resources.volumes, resources.networks].map((list) =>
    list.filter((one) => !isCopying(one)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  ) as [StoredResource[], StoredResource[], StoredResource[]];
  const turnVolume = backupTurnVolume(environment);
  const writer = containers.find(({ inputs }) => uploadsOf(inputs).length > 0);
  const isWritten = ({ inputs }: StoredResource): boolean =>
    volumesOf(writer?.inputs ?? {}).includes(String(inputs["name"]));
  const key = ({ name }: StoredResource): string => name.slice(name.indexOf(`${tenant}-`) + tenant.length + 1);
  const references: References = {
    images,
    volumes: new Map([
      ...volumes.map((volume): [string, string] => [String(volume.inputs["name"]), key(volume)]),
      [turnVolume, turnKey],
    ]),
    networks: new Map(
      networks.flatMap((network) =>
        [network.outputs["id"], network.inputs["name"]].map((id) => [String(id), key(network)]),
      ),
    ),
  };
  const writerKey = writer && serviceOf(writer);
  const services = containers.map((container) => {
    const depends = { depends_on: { [String(writerKey)]: { condition: "service_completed_successfully" } } };
    const service = composeService(staying(inputsOf(container)), references);
    return [serviceOf(container), container === writer || !writer ? service : { ...service, ...depends }];
  });
  return {
    "compose.yaml": yaml(header(environment, tenant), {
      name: `${environment}-${tenant}`,
      services: Object.fromEntries(services) as object,
      networks: Object.fromEntries(networks.map((network) => [key(network), composeNetwork(network)])) as object,
      volumes: Object.fromEntries([
        ...volumes.map((volume) => [
          key(volume),
          isWritten(volume) || isPassing(volume) ? {} : { external: true, name: String(volume.inputs["name"]) },
        ]),
        // Nothing is in it: the tenant's helpers take turns among themselves.
        ...(containers.some(({ inputs }) => volumesOf(inputs).includes(turnVolume)) ? [[turnKey, {}]] : []),
      ]) as object,
    }),
    "compose.override.yaml": yaml(secretsHeader, { configs: configsOf(writer?.inputs ?? {}) }),
  };
}

function inputsOf(container: StoredResource): ContainerInputs {
  return container.inputs as unknown as ContainerInputs;
}

/** Whether it is of what copies the backups off the host, which stays with the fleet: the way out of the host is the fleet's. */
function isCopying(one: StoredResource): boolean {
  return [shipperService, `${shipperService}-config`].includes(labelOf(one, "service") ?? "");
}

/** A helper without the drills for which it would ask what copies its backups. */
function staying({ envs, ...inputs }: ContainerInputs): ContainerInputs {
  return { ...inputs, ...(envs && { envs: envs.filter((one) => !one.startsWith("BACKUP_OFFSITE_TURN=")) }) };
}

/** What the volume is called by which a tenant's helpers take turns. */
const turnKey = "backup-turn";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

/** Whether nothing is kept in a volume: the fleet's own goes with the fleet. */
function isPassing(volume: StoredResource): boolean {
  return labelOf(volume, "service") === "drill";
}

/** Names of the volumes that a container mounts. */
function volumesOf(inputs: object): string[] {
  return ((inputs as ContainerInputs).volumes ?? []).map(({ volumeName }) => String(volumeName));
}

function uploadsOf(inputs: object): readonly Upload[] {
  return (inputs as ContainerInputs).uploads ?? [];
}

function configsOf(inputs: object): Record<string, { content: string }> {
  const entries = uploadsOf(inputs).map(({ file, content }): [string, { content: string }] => {
    if (content === undefined) {
      throw new ComposeError(`the file ${file} is no text, and can't be said in a Compose file`);
    }
    return [configName(file), { content }];
  });
  return Object.fromEntries(entries);
}

function serviceOf(container: StoredResource): string {
  return labelOf(container, "service") ?? container.name;
}

function composeNetwork({ inputs }: StoredResource): object {
  const { driver, internal, ipamConfigs } = inputs as {
    driver?: string;
    internal?: boolean;
    ipamConfigs?: { subnet: string; gateway: string }[];
  };
  return {
    driver,
    ...(internal === true ? { internal } : {}),
    ipam: { config: ipamConfigs?.map(({ subnet, gateway }) => ({ subnet, gateway })) },
  };
}

const secretsHeader = `Secrets of the tenant are in this file. Docker Compose reads it beside compose.yaml.`;

const header = (
  environment: string,
  tenant: string,
): string => `Tenant ${tenant} of environment ${environment}, written by \`make compose\` of odoo-fleet: the same containers, for Docker Compose 2.23.1 or newer.

  docker compose up --detach

The fleet's own containers have to be gone, as both have the same names, addresses and port. Images and the volumes with
data are the host's; on another one, bring both there first.`;

/** A document as Compose reads it: \`$\` would begin a variable there. */
function yaml(comment: string, content: object): string {
  const escaped = JSON.parse(JSON.stringify(content), (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll("$", "$$$$") : value,
  ) as object;
  const lines = comment.split("\n").map((line) => `# ${line}`.trimEnd());
  // By the older rules, so that words such as \`no\` are quoted.
  return `${lines.join("\n")}\n${stringify(escaped, { lineWidth: 0, version: "1.1", aliasDuplicateObjects: false })}`;
}
