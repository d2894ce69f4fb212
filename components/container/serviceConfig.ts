import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { configFolder } from "../../fleet/security";
import { containerOptions, labelList, volumeOptions } from "./containerDefaults";
import { configHashLabel, type Owner, type ServiceContext } from "./serviceContext";

export interface ServiceConfigArgs {
  readonly owner: Owner;
  readonly context: ServiceContext;
  /** Value of the label `service`. */
  readonly service: string;
  /** User that the image runs as. Default: one of the service's name. */
  readonly user?: string;
  /**
   * Image of the service: the volume takes over owner and mode of its folder, which in the fleet's own images only the
   * service's user may enter.
   */
  readonly image: pulumi.Input<string>;
  /** Folder that the image's programs start in, stated since the engine tells it back. Default: the image states none. */
  readonly workingDir?: string;
  /** Name of the volume. */
  readonly volumeName: string;
  /** Content by path in the folder. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The configuration and secrets of a container, as files in a volume of their own at `/etc/odoo-fleet`.
 *
 * The Docker provider uploads files into a container before it starts, which the engine refuses for one whose root is
 * read-only. So the files go through a second container of the same image, which is never started.
 */
export class ServiceConfig extends pulumi.ComponentResource {
  /** Where the service finds its files. */
  readonly volume: docker.types.input.ContainerVolume;
  /** The service's labels: `config-hash` is over the files, so that a change of any of them replaces its container. */
  readonly labels: { label: string; value: pulumi.Input<string> }[];

  constructor(name: string, args: ServiceConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:ServiceConfig", name, {}, opts);
    const { owner, context, service, files } = args;
    const volume = new docker.Volume(
      name,
      { name: args.volumeName, labels: labelList(context.labels(owner, service)) },
      volumeOptions(this, context.options),
    );
    const hash = hashOf(files);
    this.labels = labelList({ ...context.labels(owner, service), [configHashLabel]: hash });
    const writer = new docker.Container(
      `${name}-writer`,
      {
        name: args.volumeName,
        image: args.image,
        // Never started: it is there for its mount alone.
        start: false,
        mustRun: false,
        entrypoints: ["true"],
        // The image's own user, stated since the engine tells it back.
        user: args.user ?? service,
        workingDir: args.workingDir,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        ipcMode: "private",
        networkMode: "none",
        memory: 16,
        memorySwap: 16,
        restart: "no",
        logDriver: "json-file",
        logOpts: { "max-file": "3", "max-size": "10m" },
        // The image declares volumes, for which the engine makes empty nameless ones; they go with the container.
        removeVolumes: true,
        volumes: [{ volumeName: volume.name, containerPath: configFolder }],
        uploads: Object.entries(files).map(([file, content]) => ({
          file: `${configFolder}/${file}`,
          content,
          permissions: "0444",
        })),
        labels: labelList({ ...context.labels(owner, `${service}-config`), [configHashLabel]: hash }),
      },
      containerOptions(this, context.options),
    );
    // The name passes through the writer, so that whoever mounts the volume comes after the files are in it.
    this.volume = {
      volumeName: pulumi.all([volume.name, writer.id]).apply(([mounted]) => mounted),
      containerPath: configFolder,
    };
    this.registerOutputs({});
  }
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
