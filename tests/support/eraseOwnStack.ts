/** Ends the erasure of a tenant in a stack of its own, whose settings it reads as JSON: a process that can load what is no CommonJS. */
import { text } from "node:stream/consumers";
import { destroyEscrowedKeys, type EraseSettings } from "../../components";

void text(process.stdin)
  .then((read) => destroyEscrowedKeys(JSON.parse(read) as EraseSettings))
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
