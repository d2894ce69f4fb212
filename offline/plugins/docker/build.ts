/** Builds images over the Engine API with the classic builder. */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import * as path from "node:path";
import Docker from "dockerode";
import * as tar from "tar-stream";
import { Operation, strings, text, texts } from "../framework/resource";
import { Properties } from "../framework/values";
import { engineMessage } from "./engine";
import { ignored } from "./ignoreFile";
import { follow, tagImage } from "./images";

/** How many of the builder's last lines an error shows. */
const shownLines = 20;

/** Every file, link and folder below a folder, parents first, in a fixed order. */
function* walk(root: string, folder = ""): Generator<string> {
  for (const name of readdirSync(path.join(root, folder)).sort()) {
    const relative = folder === "" ? name : `${folder}/${name}`;
    yield relative;
    if (lstatSync(path.join(root, relative)).isDirectory()) yield* walk(root, relative);
  }
}

/** The files of a build context. The Dockerfile and `.dockerignore` themselves always go to the builder. */
export function contextFiles(context: string, dockerfile: string): string[] {
  const ignoreFile = path.join(context, ".dockerignore");
  const isIgnored = ignored(existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8") : "");
  const always = new Set([dockerfile, ".dockerignore"]);
  return [...walk(context)].filter((file) => always.has(file) || !isIgnored(file));
}

/** The build context as a tar stream, its owner always root. */
export function contextArchive(context: string, dockerfile: string): tar.Pack {
  const pack = tar.pack();
  for (const file of contextFiles(context, dockerfile)) {
    const full = path.join(context, file);
    const facts = lstatSync(full);
    const header = { name: file, mode: facts.mode & 0o7777, mtime: facts.mtime, uid: 0, gid: 0 };
    if (facts.isDirectory()) pack.entry({ ...header, type: "directory" });
    else if (facts.isSymbolicLink()) pack.entry({ ...header, type: "symlink", linkname: readlinkSync(full) });
    else if (facts.isFile()) pack.entry(header, readFileSync(full));
  }
  pack.finalize();
  return pack;
}

function checkContext(context: string, dockerfile: string): void {
  if (!existsSync(context) || !statSync(context).isDirectory()) {
    throw new Error(`unable to prepare context: path "${context}" not found`);
  }
  if (!existsSync(path.join(context, dockerfile))) {
    throw new Error(`unable to prepare context: unable to find the Dockerfile "${dockerfile}" in "${context}"`);
  }
}

/** The builder's query parameters. */
export function buildOptions(name: string, build: Properties): Docker.ImageBuildOptions {
  const count = (key: string): number | undefined => Number(build[key] ?? 0) || undefined;
  const labels = { ...strings(build["label"]), ...strings(build["labels"]) };
  const options = {
    version: "1",
    t: name,
    dockerfile: text(build["dockerfile"]) || "Dockerfile",
    buildargs: strings(build["buildArgs"]),
    labels,
    target: text(build["target"]) || undefined,
    nocache: build["noCache"] === true,
    pull: build["pullParent"] === true ? "true" : undefined,
    rm: build["remove"] !== false,
    forcerm: build["forceRemove"] === true,
    networkmode: text(build["networkMode"]) || undefined,
    extrahosts: texts(build["extraHosts"]).join(",") || undefined,
    memory: count("memory"),
    memswap: count("memorySwap"),
    cpushares: count("cpuShares"),
    cpusetcpus: text(build["cpuSetCpus"]) || undefined,
    cpuperiod: count("cpuPeriod"),
    cpuquota: count("cpuQuota"),
    shmsize: count("shmSize"),
    squash: build["squash"] === true ? true : undefined,
    platform: text(build["platform"]) || undefined,
  };
  // A parameter that is there but empty isn't the same to the engine as none.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Builds the image under its name and further tags. A failure shows the builder's last lines. */
export async function buildImage(engine: Docker, name: string, build: Properties, operation: Operation): Promise<void> {
  const context = path.resolve(text(build["context"]));
  const dockerfile = text(build["dockerfile"]) || "Dockerfile";
  checkContext(context, dockerfile);
  const lines: string[] = [];
  const failure = (message: string): Error =>
    new Error(`unable to build image ${name}: ${message}\n\n${lines.slice(-shownLines).join("\n")}`.trim());
  let failed: string | undefined;
  try {
    const options = { ...buildOptions(name, build), abortSignal: operation.signal };
    const stream = await engine.buildImage(contextArchive(context, dockerfile), options);
    await follow(engine, stream, ({ stream: line, status, error }) => {
      const shown = (error ?? line ?? status ?? "").trimEnd();
      if (shown === "") return;
      lines.push(...shown.split("\n"));
      failed = error ?? failed;
      operation.progress(`building ${name}: ${lines[lines.length - 1] ?? ""}`);
    });
  } catch (error) {
    throw failure(engineMessage(error));
  }
  if (failed !== undefined) throw failure(failed);
  for (const tag of texts(build["tags"])) await tagImage(engine, name, tag);
}
