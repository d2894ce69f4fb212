import Docker from "dockerode";

/** The engine that the tests run on. */
export const engine = new Docker();

/** Runs a command in a container; its exit code and what it printed. */
export async function execIn(
  container: string,
  command: string[],
  user?: string,
): Promise<{ code: number; output: string }> {
  const exec = await engine
    .getContainer(container)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, User: user });
  const stream = await exec.start({});
  const chunks: Buffer[] = [];
  const sink = { write: (chunk: Buffer) => chunks.push(chunk) } as unknown as NodeJS.WritableStream;
  engine.modem.demuxStream(stream, sink, sink);
  await new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, output: Buffer.concat(chunks).toString() };
}

/** Rows of a query, columns separated by `|`, asked inside a tenant's PostgreSQL as its superuser. */
export async function query(container: string, database: string, sql: string): Promise<string[]> {
  const { code, output } = await execIn(container, ["psql", "-X", "-A", "-t", "-d", database, "-c", sql]);
  if (code !== 0) {
    throw new Error(output);
  }
  return output.trim().split("\n");
}

/** Names and ids of an environment's containers that run services: not of those that only carried files into a volume. */
export async function containerIds(environment: string): Promise<Record<string, string>> {
  const containers = await engine.listContainers({
    all: true,
    filters: { label: [`odoo-fleet.environment=${environment}`] },
  });
  const services = containers.filter(({ Labels }) => !Labels["odoo-fleet.service"]!.endsWith("-config"));
  return Object.fromEntries(services.map(({ Names, Id }) => [Names[0]!.slice(1), Id]));
}

/** Everything of an environment that is on the engine: containers, networks and volumes. */
export async function objectsOf(environment: string): Promise<string[]> {
  const filters = { label: [`odoo-fleet.environment=${environment}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => Names[0]!),
    ...networks.map(({ Name }) => Name),
    ...Volumes.map(({ Name }) => Name),
  ].sort();
}

/** Removes everything of an environment, or of one of its tenants, that is on the engine, whatever a state says of it. */
export async function removeObjects(environment: string, tenant?: string): Promise<void> {
  const whose = tenant === undefined ? [] : [`odoo-fleet.tenant=${tenant}`];
  const filters = { label: [`odoo-fleet.environment=${environment}`, ...whose] };
  const containers = await engine.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })));
  const [networks, { Volumes }] = await Promise.all([
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  await Promise.all([
    ...networks.map(({ Id }) => engine.getNetwork(Id).remove() as Promise<unknown>),
    ...Volumes.map(({ Name }) => engine.getVolume(Name).remove() as Promise<unknown>),
  ]);
}

/** Address of this machine on the engine's default network: containers of any network reach it there. */
export async function machineAddress(): Promise<string> {
  const { IPAM } = await engine.getNetwork("bridge").inspect();
  const [{ Subnet, Gateway }] = (IPAM as { Config: [{ Subnet: string; Gateway?: string }] }).Config;
  // From the start that made the bridge until the next one, the engine names no gateway, which is the first address.
  return Gateway ?? Subnet.replace(/\.0\/\d+$/, ".1");
}

/** Whether a TCP connection from inside a container comes about. Asked by the container's own Python. */
export async function canConnect(container: string, address: string, port: number): Promise<boolean> {
  const script = `import socket; socket.create_connection(("${address}", ${port}), 2).close()`;
  return (await execIn(container, ["python3", "-c", script])).code === 0;
}
