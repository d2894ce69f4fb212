import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { baseImages, standInReferences } from "../cliStack";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** Base images by service and version; null where there is none. */
interface Overrides {
  readonly odoo: Record<string, string | null>;
  readonly postgres: Record<string, string | null>;
  readonly nginx: string;
}

/** What `docker save` says of an image: paths inside the archive. */
interface SavedImage {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/** A part of an image, by what it is asked for with. */
type Blob = { readonly file: string } | { readonly content: Buffer };

/**
 * A registry from which the engines of test hosts can pull, as a fleet's hosts do: plain HTTP, reading alone. It has the
 * stand-in base images of this machine; where the machine uses the official ones, it is empty, and they come from theirs.
 */
export class TestRegistry {
  private readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-registry-"));
  private readonly blobs = new Map<string, Blob>();
  /** Digests of manifests, by `name/reference`. */
  private readonly tags = new Map<string, string>();
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  private constructor(private readonly address: string) {}

  /** @param address of this machine, on the network of the test hosts. */
  static async start(address: string): Promise<TestRegistry> {
    const registry = new TestRegistry(address);
    await once(registry.server.listen(0, address), "listening");
    await registry.save(standInReferences());
    return registry;
  }

  /** Its host and port, as image references begin with. An engine has to be told that it is `insecure-registries`. */
  get name(): string {
    return `${this.address}:${(this.server.address() as AddressInfo).port}`;
  }

  /** The base images as a fleet's configuration names them: those of this registry, where it has any. */
  config(): { readonly images?: object } {
    const { images } = baseImages() as { images?: Overrides };
    if (images === undefined) {
      return {};
    }
    const here = (references: Record<string, string | null>): Record<string, string | null> =>
      Object.fromEntries(
        Object.entries(references).map(([version, one]) => [version, one && `${this.name}/${path(one)}`]),
      );
    const nginx = `${this.name}/${path(images.nginx)}`;
    return { images: { ...images, odoo: here(images.odoo), postgres: here(images.postgres), nginx } };
  }

  /** Ends it, and removes its copies. */
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async save(references: readonly string[]): Promise<void> {
    if (references.length === 0) {
      return;
    }
    const script = 'set -o pipefail; folder=$1; shift; docker save "$@" | tar -x -C "$folder"';
    await promisify(execFile)("bash", ["-c", script, "save", this.folder, ...references]);
    for (const image of JSON.parse(readFileSync(join(this.folder, "manifest.json"), "utf8")) as SavedImage[]) {
      this.publish(image);
    }
  }

  private publish({ Config: config, RepoTags: tags, Layers: layers }: SavedImage): void {
    const described = readFileSync(join(this.folder, config));
    // A layer's own hash is in the image's description; nothing is compressed.
    const { rootfs } = JSON.parse(described.toString()) as { rootfs: { diff_ids: string[] } };
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: {
          mediaType: "application/vnd.docker.container.image.v1+json",
          size: described.length,
          digest: this.keep({ content: described }, digestOf(described)),
        },
        layers: layers.map((layer, index) => {
          const file = join(this.folder, layer);
          return {
            mediaType: "application/vnd.docker.image.rootfs.diff.tar",
            size: statSync(file).size,
            digest: this.keep({ file }, rootfs.diff_ids[index]!),
          };
        }),
      }),
    );
    const digest = this.keep({ content: manifest }, digestOf(manifest));
    for (const tag of tags) {
      const [name, reference] = path(tag).split(":");
      this.tags.set(`${name}/${reference}`, digest);
    }
  }

  private keep(blob: Blob, digest: string): string {
    this.blobs.set(digest, blob);
    return digest;
  }

  private answer({ url = "", method }: IncomingMessage, response: ServerResponse): void {
    if (url === "/v2/") {
      response.writeHead(200, { "Docker-Distribution-Api-Version": "registry/2.0" }).end();
      return;
    }
    const [, name, kind, reference = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
    const digest = this.tags.get(`${name}/${reference}`) ?? reference;
    const blob = this.blobs.get(digest);
    if (blob === undefined) {
      const code = kind === "manifests" ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ errors: [{ code, message: "not here" }] }));
      return;
    }
    response.writeHead(200, {
      "Content-Type": kind === "manifests" ? manifestType : "application/octet-stream",
      "Content-Length": "file" in blob ? statSync(blob.file).size : blob.content.length,
      "Docker-Content-Digest": digest,
    });
    if (method === "HEAD") {
      response.end();
    } else if ("file" in blob) {
      createReadStream(blob.file).pipe(response);
    } else {
      response.end(blob.content);
    }
  }
}

/** A reference without its registry. */
function path(reference: string): string {
  return reference.slice(reference.indexOf("/") + 1);
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
