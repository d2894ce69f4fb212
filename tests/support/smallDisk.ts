import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real file system of 32 MiB, mounted on this machine: an image file through a loop device. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** Makes and mounts one; undefined where this machine doesn't allow it, which takes root and a loop device. */
  static mount(): SmallDisk | undefined {
    const disk = new SmallDisk(mkdtempSync(join(tmpdir(), "odoo-fleet-test-disk-")));
    // Everybody may pass: the node exporter is nobody.
    chmodSync(disk.folder, 0o755);
    try {
      execFileSync("truncate", ["--size=32M", disk.image], { stdio: "pipe" });
      execFileSync("mkfs.ext4", ["-q", disk.image], { stdio: "pipe" });
      execFileSync("mkdir", [disk.mountpoint], { stdio: "pipe" });
      execFileSync("mount", ["-o", "loop", disk.image, disk.mountpoint], { stdio: "pipe" });
      return disk;
    } catch {
      rmSync(disk.folder, { recursive: true, force: true });
      return undefined;
    }
  }

  get mountpoint(): string {
    return join(this.folder, "mount");
  }

  private get image(): string {
    return join(this.folder, "image");
  }

  private get filler(): string {
    return join(this.mountpoint, "filler");
  }

  /** Writes until there is no space left. */
  fill(): void {
    try {
      writeFileSync(this.filler, Buffer.alloc(40 * 1024 * 1024));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") {
        throw error;
      }
    }
  }

  /** Takes away what `fill` wrote. */
  empty(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    // What still holds it, such as a container that goes later, doesn't keep it from going.
    execFileSync("umount", ["--lazy", this.mountpoint], { stdio: "pipe" });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
