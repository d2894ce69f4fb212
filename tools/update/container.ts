import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";

/** How a container was made, as its engine says it; nothing of it is secret. */
export interface ContainerRecord {
  readonly name: string;
  readonly id: string;
  /** They name its image as it is declared, by the content's hash where it is built here. */
  readonly options: Docker.ContainerCreateOptions;
  readonly networks: Readonly<Record<string, { readonly address?: string; readonly aliases: readonly string[] }>>;
}

/**
 * What a container runs: its image's id, and the names that this has, or was made by. The name that it was made by leads to another id once
 * the same content was built again (docs/decisions/0084), and its own id has no name then.
 */
export async function runningImage(engine: Docker, name: string): Promise<{ id: string; names: string[] }> {
  const { Image: id, Config } = await engine.getContainer(name).inspect();
  const { RepoTags } = await engine.getImage(id).inspect();
  return { id, names: [Config.Image, ...(RepoTags ?? [])] };
}

/** Remembers how a container was made. */
export async function recordContainer(engine: Docker, name: string): Promise<ContainerRecord> {
  const { Id, Config, HostConfig, NetworkSettings } = await engine.getContainer(name).inspect();
  const networks = Object.entries(NetworkSettings.Networks).map(([network, endpoint]) => {
    const { IPAMConfig, Aliases } = endpoint as {
      IPAMConfig?: { IPv4Address?: string } | null;
      Aliases?: string[] | null;
    };
    // The engine adds the container's id.
    const aliases = (Aliases ?? []).filter((alias) => !Id.startsWith(alias));
    return [network, { address: IPAMConfig?.IPv4Address, aliases }] as const;
  });
  return {
    name,
    id: Id,
    options: { ...(Config as Docker.ContainerCreateOptions), HostConfig },
    networks: Object.fromEntries(networks),
  };
}

/** Starts a container as it was; one that is gone, or has another one in its place, is made again from its image. */
export async function bringBack(engine: Docker, record: ContainerRecord): Promise<void> {
  const found = await engine.getContainer(record.name).inspect().catch(ignoreAbsent);
  if (found === undefined || (found.Id !== record.id && !isAlike(found, record))) {
    if (found !== undefined) {
      await engine.getContainer(record.name).remove({ force: true, v: false });
    }
    await create(engine, record);
  }
  await engine.getContainer(record.name).start().catch(ignoreAbsent);
}

/**
 * Whether a container runs the same image on the same volumes. By the image's name: the id that it leads to is another one once the
 * same content was built again (docs/decisions/0084).
 */
function isAlike(found: Docker.ContainerInspectInfo, { options }: ContainerRecord): boolean {
  const volumes = ({ Mounts, Binds }: Docker.HostConfig): string =>
    JSON.stringify([(Mounts ?? []).map(({ Source, Target }) => `${Source}:${Target}`).sort(), Binds ?? []]);
  return found.Config.Image === options.Image && volumes(found.HostConfig) === volumes(options.HostConfig ?? {});
}

async function create(engine: Docker, { name, options, networks }: ContainerRecord): Promise<void> {
  const endpoint = ({ address, aliases }: ContainerRecord["networks"][string]): Docker.EndpointSettings => ({
    Aliases: [...aliases],
    IPAMConfig: address ? { IPv4Address: address } : {},
  });
  const [first, ...others] = Object.entries(networks);
  const config = first && { EndpointsConfig: { [first[0]]: endpoint(first[1]) } };
  await engine.createContainer({ ...options, name, NetworkingConfig: config });
  // Older engines take one network when they make a container.
  for (const [network, one] of others) {
    await engine.getNetwork(network).connect({ Container: name, EndpointConfig: endpoint(one) });
  }
}
