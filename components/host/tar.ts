import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, type Pack, pack } from "tar-stream";

/** A file to send to a container. */
export interface TarFile {
  readonly name: string;
  readonly content: string | { readonly bytes: number; readonly stream: Readable };
}

/** An archive as the engine takes it; its files are root's, for reading. Big ones pass through in pieces. */
export function tarOf(files: readonly TarFile[]): Readable {
  const archive = pack();
  addAll(archive, files).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  return Readable.from(archive, { objectMode: false });
}

async function addAll(archive: Pack, files: readonly TarFile[]): Promise<void> {
  for (const { name, content } of files) {
    const [bytes, stream] =
      typeof content === "string"
        ? [Buffer.byteLength(content), Readable.from([Buffer.from(content)])]
        : [content.bytes, content.stream];
    await new Promise<void>((resolve, reject) => {
      const entry = archive.entry({ name, size: bytes, mode: 0o444, mtime: new Date(0) }, (error) =>
        error ? reject(error) : resolve(),
      );
      // A stream of another length is an error of the entry's alone, which nobody else would hear of.
      entry.once("error", reject);
      stream.once("error", reject).pipe(entry);
    });
  }
}

/** The files of an archive, by path without a prefix that all of them have. */
export async function filesOf(archive: Readable, prefix = ""): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for await (const entry of archive.pipe(extract())) {
    if (entry.header.type === "file") {
      files[entry.header.name.slice(prefix.length)] = await buffer(entry);
    } else {
      entry.resume();
    }
  }
  return files;
}
