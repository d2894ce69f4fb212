import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ContentFile } from "../container/content";
import { type Manifest, readManifest } from "./manifest";

/** A module of the addons. */
export interface AddonModule {
  /** Technical name: its folder's. */
  readonly name: string;
  /** Its folder, relative to the project, as it was reached. */
  readonly folder: string;
  /** What is shipped of it, by the path in the module. */
  readonly files: readonly ContentFile[];
  readonly manifest: Manifest;
}

/** Something in the addons that keeps them from being shipped. */
export interface AddonFault {
  /** Which of the folders it was found in, by its place in the list. */
  readonly index: number;
  /** Path, relative to the project. */
  readonly path: string;
  /** What is wrong, as a clause: `is a broken link`. */
  readonly fault: string;
  readonly wayOut: string;
}

/** What some folders of addons hold. It is whole when there are no faults. */
export interface Addons {
  readonly modules: readonly AddonModule[];
  readonly faults: readonly AddonFault[];
}

const manifestFile = "__manifest__.py";

/** Neither hashed nor shipped: what version control, Python, its tools, editors and desktops keep beside the code. */
const leftOut =
  /^(?:\.git|\.hg|\.svn|\.bzr|CVS|__pycache__|\.(?:pytest|mypy|ruff)_cache|\.tox|\.idea|\.vscode|\.DS_Store|Thumbs\.db|.*\.py[co]|.*\.sw[a-p]|.*~|\.#.*|#.*#)$/;

/** Folders that hold no modules of the project's own: hidden ones, and installed JavaScript. */
const notSearched = /^\.|^node_modules$/;

/** Odoo imports a module by its folder's name. */
const moduleName = /^[A-Za-z_]\w*$/;

/**
 * Reads folders of addons: repositories with modules on any level, where a module is a folder with a manifest.
 *
 * Links are followed as long as they stay in the project. A file is executable when it begins like a program, whatever its
 * mode: not every machine has modes, and the image is the same on all.
 *
 * @param folders relative to the project.
 * @param project the project's folder.
 */
export function readAddons(folders: readonly string[], project: string): Addons {
  const reader = new Reader(realpathSync(project));
  folders.forEach((folder, index) => reader.readFolder(folder, index));
  return reader;
}

/** The files of modules in one folder beside each other, as an image has them. */
export function addonFiles({ modules }: Addons): ContentFile[] {
  return modules.flatMap(({ name, files }) => files.map((file) => ({ ...file, path: `${name}/${file.path}` })));
}

/** A path on this machine that a link or folder led to. */
interface Place {
  /** As it was reached. */
  readonly path: string;
  /** The real paths of the folders that led here, itself last. */
  readonly chain: readonly string[];
}

class Reader implements Addons {
  readonly modules: AddonModule[] = [];
  readonly faults: AddonFault[] = [];
  /** Real folders of the modules found, by name. */
  private readonly found = new Map<string, { readonly real: string; readonly folder: string }>();
  private index = 0;

  constructor(private readonly project: string) {}

  readFolder(folder: string, index: number): void {
    this.index = index;
    const before = this.faults.length;
    const path = resolve(this.project, folder);
    const place = this.enter({ path, chain: [] });
    if (place === undefined) {
      return;
    }
    if (!statSync(path).isDirectory()) {
      this.fault(path, "isn't a folder", "name the folder that the modules are in");
    } else if (!this.search(place) && before === this.faults.length) {
      this.fault(
        path,
        `has no module: no folder in it has a ${manifestFile}`,
        "put a module there, or remove the folder from the list",
      );
    }
  }

  /** Looks for modules in a folder and below; whether there is one. */
  private search(place: Place): boolean {
    const entries = this.entries(place.path);
    if (entries.includes(manifestFile)) {
      this.readModule(place);
      return true;
    }
    const inside = entries
      .filter((name) => !leftOut.test(name) && !notSearched.test(name))
      .flatMap((name) => this.enter({ path: join(place.path, name), chain: place.chain }) ?? [])
      .filter(({ path }) => statSync(path).isDirectory());
    return inside.map((one) => this.search(one)).some((has) => has);
  }

  private readModule(place: Place): void {
    const name = basename(place.path);
    const folder = this.shown(place.path);
    const real = place.chain.at(-1)!;
    const other = this.found.get(name);
    if (other) {
      // OCA's repositories link each module a second time, below setup/: the same folder is no second module.
      if (other.real !== real) {
        this.fault(place.path, `is a second module "${name}"; the first is ${other.folder}`, "remove one of the two");
      }
      return;
    }
    this.found.set(name, { real, folder });
    if (!moduleName.test(name)) {
      this.fault(
        place.path,
        "is a module whose name Python can't import",
        "rename the folder to the module's technical name: letters, digits and underscores",
      );
      return;
    }
    const path = join(place.path, manifestFile);
    const files = this.filesOf(place, "");
    // A manifest that can't be read has been named already.
    if (files.some((file) => file.path === manifestFile)) {
      const manifest = readManifest(readFileSync(path, "utf8"));
      if (manifest === undefined) {
        this.fault(path, "isn't a Python dictionary, so Odoo would skip the module", "correct the manifest");
        return;
      }
      this.modules.push({ name, folder, files, manifest });
    }
  }

  private filesOf(place: Place, prefix: string): ContentFile[] {
    return this.entries(place.path)
      .filter((name) => !leftOut.test(name))
      .flatMap((name) => this.enter({ path: join(place.path, name), chain: place.chain }) ?? [])
      .flatMap((inner): ContentFile[] => {
        const path = `${prefix}${basename(inner.path)}`;
        const stats = statSync(inner.path);
        if (stats.isDirectory()) {
          return this.filesOf(inner, `${path}/`);
        }
        // Neither a socket nor a pipe is content.
        return stats.isFile() ? this.fileAt(path, inner.path) : [];
      });
  }

  private fileAt(path: string, source: string): ContentFile[] {
    try {
      return [{ path, source, executable: isProgram(source) }];
    } catch (error) {
      this.fault(source, `can't be read (${codeOf(error)})`, "make it readable for this user, or remove it");
      return [];
    }
  }

  /** Follows what may be a link; undefined, and a fault, where that leads nowhere, out of the project or in a circle. */
  private enter({ path, chain }: Place): Place | undefined {
    let real: string;
    try {
      real = realpathSync(path);
    } catch (error) {
      const code = codeOf(error);
      const faults: Readonly<Record<string, string>> = {
        ENOENT: chain.length === 0 ? "doesn't exist" : "is a broken link",
        ELOOP: "is a link to itself",
      };
      this.fault(path, faults[code] ?? `can't be read (${code})`, "correct the path or the link, or remove it");
      return undefined;
    }
    if (isOutside(this.project, real)) {
      const fault = "points outside the project, so other machines don't have it";
      this.fault(path, fault, "copy it into the project, for example as a Git submodule");
      return undefined;
    }
    if (chain.includes(real)) {
      this.fault(path, "is a link to a folder that contains it", "remove the link");
      return undefined;
    }
    return { path, chain: [...chain, real] };
  }

  private entries(folder: string): string[] {
    try {
      return readdirSync(folder).sort();
    } catch (error) {
      this.fault(folder, `can't be read (${codeOf(error)})`, "make it readable for this user, or remove it");
      return [];
    }
  }

  private fault(path: string, fault: string, wayOut: string): void {
    this.faults.push({ index: this.index, path: this.shown(path), fault, wayOut });
  }

  private shown(path: string): string {
    return relative(this.project, path).split(sep).join("/");
  }
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** Whether a file begins like a script or a Linux program. */
function isProgram(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(4);
    readSync(file, start, 0, start.length, 0);
    return start.toString("latin1").startsWith("#!") || start.toString("latin1") === "\x7fELF";
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
