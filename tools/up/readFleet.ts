import { readFileSync } from "node:fs";
import type { Fleet } from "../../fleet/types";
import { fleetOfStackFile } from "../stackFile";

/** The fleet, or undefined where its declaration has mistakes: the `up` names them. */
export function readFleet(configFile: string, environment: string): Fleet | undefined {
  try {
    return fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  } catch {
    return undefined;
  }
}
