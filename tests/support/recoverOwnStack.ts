/** Recovers a tenant in a stack of its own as a process: reads what `OwnStack` is made from, says what it does, and last what came of it as JSON. */
import { readFileSync } from "node:fs";
import type { RecoveryOptions } from "../../components";
import { OwnStack } from "./ownStack";

interface Asked {
  readonly settings: ConstructorParameters<typeof OwnStack>[0];
  readonly slot: number;
  readonly folder: string;
  readonly options: RecoveryOptions;
  readonly more: object;
}

const { settings, slot, folder, options, more } = JSON.parse(readFileSync(0, "utf8")) as Asked;
new OwnStack(settings, slot, folder)
  .recover({ ...options, say: (line) => console.log(line) }, more)
  .then(({ back, failed }) => console.log(JSON.stringify({ back, failed: failed.map(({ error }) => error.message) })))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
