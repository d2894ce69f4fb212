import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { configFolder } from "../../fleet/security";
import { containerOptions, labelList } from "./containerDefaults";
import { configHashLabel, filesLabel, type Owner, type ServiceContext } from "./serviceContext";

/** Where a writer has the volumes of several services; `images/nginx` has a folder for each there. */
const writerFolder = "/var/lib/odoo-fleet";

/** The configuration and secrets of one service. */
export interface ServiceFiles {
  /** Name of the resource of its volume. */
  readonly resource: string;
  /** Value of the label `service`. */
  readonly service: string;
  /** Name of the volume. */
  readonly volumeName: string;
  /** Content by path in the folder. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * URN of the component that the volume was two levels below when each service had a writer of its own: a state of that
   * time holds the same volume.
   */
  readonly formerParent: pulumi.Input<string>;
}

/** The container that carries files into volumes. */
export interface Writer {
  /** Name of the container. */
  readonly containerName: string;
  /** Value of the label `service`; ends in `-config`. */
  readonly service: string;
  /**
   * An image on the host, of which nothing runs. A volume takes over owner and mode of its folder in it: at `/etc/odoo-fleet`
   * that of the image of the service itself, for several services those that Nginx's image has for them.
   */
  readonly image: pulumi.Input<string>;
  /** User that the image states, stated since the engine tells it back. */
  readonly user: string;
  /** Folder that the image states, for the same reason. Default: it states none. */
  readonly workingDir?: string;
}

/** What the container of a service needs of its configuration. */
export interface ServiceConfig {
  /** Where the service finds its files. */
  readonly mount: docker.types.input.ContainerVolume;
  /** The service's labels: `config-hash` is over its files, so that a change of any of them replaces its container. */
  readonly labels: { label: string; value: pulumi.Input<string> }[];
  /**
   * What the service's container comes after (`dependsOn`). It isn't part of a value on purpose: a writer that is replaced
   * for one service's file would make a value of all services unknown, and each of them look replaced.
   */
  readonly writer: docker.Container;
}

/**
 * The configuration and secrets of containers, as files at `/etc/odoo-fleet` in a volume of each one's own.
 *
 * The Docker provider uploads files into a container before it starts, which the engine refuses for one whose root is
 * read-only. So the files go through another container, which mounts all of the volumes and is never started. Only it has
 * more than one of them.
 *
 * A volume is replaced when other files are declared: the file of a setting that was taken out, such as a password, goes with
 * the old one. The volume holds nothing else but what the service keeps for the length of a request.
 *
 * @param name of the writer's resource, before `-writer`.
 * @returns what each service's container needs, by the keys of `services`.
 */
export function writeServiceConfigs<Key extends string>(
  name: string,
  { owner, context, writer }: { owner: Owner; context: ServiceContext; writer: Writer },
  services: Readonly<Record<Key, ServiceFiles>>,
  parent: pulumi.Resource,
): Record<Key, ServiceConfig> {
  const all = Object.entries<ServiceFiles>(services).map(([key, declared], _, { length }) => ({
    key,
    ...declared,
    volume: configVolume(owner, context, declared, parent),
    hash: hashOf(declared.files),
    // Alone, at the same place as in the service.
    path: length === 1 ? configFolder : `${writerFolder}/${declared.service}`,
  }));
  const container = new docker.Container(
    `${name}-writer`,
    {
      name: writer.containerName,
      image: writer.image,
      // Never started: it is there for its mounts alone.
      start: false,
      mustRun: false,
      entrypoints: ["true"],
      user: writer.user,
      workingDir: writer.workingDir,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      ipcMode: "private",
      networkMode: "none",
      memory: 16,
      memorySwap: 16,
      restart: "no",
      logDriver: "json-file",
      logOpts: { "max-file": "3", "max-size": "10m" },
      // An image may declare volumes, for which the engine makes empty nameless ones; they go with the container.
      removeVolumes: true,
      volumes: all.map(({ volume, path }) => ({ volumeName: volume.name, containerPath: path })),
      uploads: all.flatMap(({ path, files }) =>
        Object.entries(files).map(([file, content]) => ({ file: `${path}/${file}`, content, permissions: "0444" })),
      ),
      labels: labelList({
        ...context.labels(owner, writer.service),
        [configHashLabel]:
          all.length === 1 ? all[0]!.hash : hashOf(Object.fromEntries(all.map((one) => [one.key, one.hash]))),
      }),
    },
    containerOptions(parent, {
      ...(all.length === 1 ? { aliases: [{ parent: formerConfig(all[0]!) }] } : {}),
      ...context.options,
    }),
  );
  const configs = all.map(({ key, service, volume, hash }) => [
    key,
    {
      mount: { volumeName: volume.name, containerPath: configFolder },
      labels: labelList({ ...context.labels(owner, service), [configHashLabel]: hash }),
      writer: container,
    },
  ]);
  return Object.fromEntries(configs) as Record<Key, ServiceConfig>;
}

function configVolume(
  owner: Owner,
  context: ServiceContext,
  declared: ServiceFiles,
  parent: pulumi.Resource,
): docker.Volume {
  const names = Object.keys(declared.files).sort().join(",");
  return new docker.Volume(
    declared.resource,
    {
      name: declared.volumeName,
      labels: labelList({ ...context.labels(owner, declared.service), [filesLabel]: names }),
    },
    // Files can be put into a volume and not taken out: another set of files is another volume.
    { parent, deleteBeforeReplace: true, aliases: [{ parent: formerConfig(declared) }], ...context.options },
  );
}

/** The component that once held a service's volume and its own writer. */
function formerConfig({ resource, formerParent }: ServiceFiles): pulumi.Output<string> {
  return pulumi.createUrn(resource, "odoo-fleet:index:ServiceConfig", formerParent);
}

/**
 * First 16 hexadecimal digits of a hash over all files. It may be seen: the passwords among them are random and long, so
 * nothing can be guessed from it.
 */
function hashOf(files: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<string> {
  const hash = pulumi.all({ ...files }).apply((contents) => {
    const sorted = Object.entries(contents).sort(([one], [other]) => (one < other ? -1 : 1));
    return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
  });
  return pulumi.unsecret(hash);
}
