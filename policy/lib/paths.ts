import { posix } from "node:path";

/** A path of a host in one notation: slashes, no `.`, `..`, doubled or trailing slash; Windows drives in lower case. */
export function hostPath(path: string): string {
  const slashes = path.replace(/\\/g, "/");
  // Named pipes begin with `//./`, which is part of their name.
  if (/^\/\/[.?]\/pipe\//.test(slashes)) {
    return slashes.toLowerCase();
  }
  const normal = posix.normalize(slashes).replace(/(.)\/+$/, "$1");
  return /^[A-Za-z]:/.test(normal) ? normal.toLowerCase() : normal;
}

/** Whether a path is a folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
