import { z } from "zod";
import { odooVersions, postgresVersions } from "../compatibility";
import type { OdooVersion, PostgresVersion } from "../types";

/** A release as text or number: YAML reads an unquoted 19.0 as 19. */
export const odooSchema = z
  .literal(odooVersions.flatMap((version) => [version, String(parseInt(version)), parseInt(version)]))
  .transform((version) => `${parseInt(String(version))}.0` as OdooVersion);
/** A major version as number or text. */
export const postgresSchema = z
  .literal(postgresVersions.flatMap((version) => [version, String(version)]))
  .transform((version) => Number(version) as PostgresVersion);
export const odooExpected = `one of ${odooVersions.join(", ")}`;
export const postgresExpected = `one of ${postgresVersions.join(", ")}`;
