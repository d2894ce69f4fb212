import { closeSync, openSync, readSync } from "node:fs";
import { type EngineEvent, parseEvents } from "../preview/events";

/** Reads the events that the CLI appends to a file, as they come. */
export class EventLog {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(1 << 16);
  private unfinished = Buffer.alloc(0);

  /** @param path of a file that exists. */
  constructor(path: string) {
    this.file = openSync(path, "r");
  }

  /** What has come since the last time; a line that isn't whole yet waits for its end. */
  read(): EngineEvent[] {
    const parts = [this.unfinished];
    for (;;) {
      const count = readSync(this.file, this.buffer);
      if (count === 0) {
        break;
      }
      parts.push(Buffer.from(this.buffer.subarray(0, count)));
    }
    const bytes = Buffer.concat(parts);
    const end = bytes.lastIndexOf("\n") + 1;
    this.unfinished = bytes.subarray(end);
    return parseEvents(bytes.subarray(0, end).toString());
  }

  close(): void {
    closeSync(this.file);
  }
}
