import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { tarOf } from "../../../../components/host/tar";

/** An archive's files as another program reads them. */
async function read(archive: Readable): Promise<{ name: string; mode?: number; uid?: number; content: string }[]> {
  const files: { name: string; mode?: number; uid?: number; content: string }[] = [];
  for await (const entry of archive.pipe(extract())) {
    const pieces: Buffer[] = [];
    for await (const piece of entry as AsyncIterable<Buffer>) {
      pieces.push(piece);
    }
    const { name, mode, uid } = entry.header;
    files.push({ name, mode, uid, content: Buffer.concat(pieces).toString() });
  }
  return files;
}

test("an archive has texts and streams, whatever their length", async () => {
  const lengths = [0, 1, 511, 512, 513, 100_000];
  const content = (length: number): string => "x".repeat(length);
  const texts = lengths.map((length) => ({ name: `text-${length}`, content: content(length) }));
  const streams = lengths.map((length) => ({
    name: `stream-${length}`,
    content: { bytes: length, stream: Readable.from([Buffer.from(content(length))]) },
  }));
  expect(await read(tarOf([...texts, ...streams]))).toEqual(
    [...texts, ...streams].map(({ name }) => {
      const length = Number(name.split("-")[1]);
      return { name, mode: 0o444, uid: 0, content: content(length) };
    }),
  );
});

test("a file of more than 8 GiB has its size in the head", async () => {
  const bytes = 9 * 2 ** 30;
  const archive = tarOf([{ name: "database.dump", content: { bytes, stream: Readable.from([]) } }]);
  const sizes = await new Promise<number | undefined>((resolve, reject) => {
    const reader = extract()
      .on("entry", ({ size }) => resolve(size))
      .on("error", reject);
    archive.on("data", (piece: Buffer) => reader.write(piece)).on("error", () => undefined);
  });
  expect(sizes).toBe(bytes);
});

test("a file that is shorter than it was said to be ends the archive with an error", async () => {
  const short = { bytes: 10, stream: Readable.from([Buffer.from("12345")]) };
  const archive = tarOf([{ name: "database.dump", content: short }]);
  await expect(text(archive)).rejects.toThrow("Size mismatch");
});
