import { Readable } from "node:stream";

/** A file to send to a container. */
export interface TarFile {
  readonly name: string;
  readonly content: string | { readonly bytes: number; readonly stream: Readable };
}

const block = 512;

/** An archive (POSIX ustar) as the engine takes it; its files are root's, for reading. Big ones pass through in pieces. */
export function tarOf(files: readonly TarFile[]): Readable {
  return Readable.from(pieces(files), { objectMode: false });
}

async function* pieces(files: readonly TarFile[]): AsyncGenerator<Buffer> {
  for (const { name, content } of files) {
    const isText = typeof content === "string";
    const text = isText ? Buffer.from(content) : undefined;
    const bytes = isText ? text!.length : content.bytes;
    yield header(name, bytes);
    if (isText) {
      yield text!;
    } else {
      for await (const chunk of content.stream) {
        yield chunk as Buffer;
      }
    }
    yield Buffer.alloc((block - (bytes % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

function header(name: string, bytes: number): Buffer {
  const head = Buffer.alloc(block);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
  head.write(name, 0);
  head.write(octal(0o444, 8), 100);
  head.write(octal(0, 8), 108);
  head.write(octal(0, 8), 116);
  if (bytes < 8 ** 11) {
    head.write(octal(bytes, 12), 124);
  } else {
    // From 8 GiB on a size is written in binary, marked by its first bit, as GNU tar and Go's reader know it.
    head.writeUInt8(0x80, 124);
    head.writeBigUInt64BE(BigInt(bytes), 128);
  }
  head.write(octal(0, 12), 136);
  head.write("        0", 148);
  head.write("ustar\0" + "00", 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}
