/** `pack-config.ts PACK FILE`: exits with 11 when the configuration of the policy pack names what the pack doesn't have. */
import { PreviewError } from "./preview/exitCodes";
import { refusePackConfig } from "./preview/packConfig";

const [pack, file] = process.argv.slice(2);
try {
  refusePackConfig(pack!, file!);
} catch (error) {
  console.error(`odoo-fleet: ${(error as Error).message}`);
  process.exitCode = error instanceof PreviewError ? error.code : 1;
}
