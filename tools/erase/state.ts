import { repositoryKeys } from "../../components/tenant/derivedSecrets";
import type { LastBackup } from "../../components/backup/lastBackup";
import { isShownSecret } from "../../components/run/stateSecret";

interface Resource {
  readonly urn: string;
  readonly type: string;
  protect?: boolean;
  readonly outputs?: { readonly lastBackup?: { -readonly [Key in keyof LastBackup]: LastBackup[Key] } };
}

/** What a state keeps of a tenant that has left; undefined: nothing. */
export function keptIn(exported: string, tenant: string): LastBackup | undefined {
  return resourcesOf(JSON.parse(exported), tenant).find(({ outputs }) => outputs?.lastBackup)?.outputs?.lastBackup;
}

/** The state in which the backups of a tenant aren't kept any more: the next `up` removes them, and the secret that opens them. */
export function withoutKept(exported: string, tenant: string): string {
  const state = JSON.parse(exported) as object;
  for (const resource of resourcesOf(state, tenant)) {
    delete resource.protect;
    if (resource.outputs?.lastBackup) {
      resource.outputs.lastBackup.isKept = false;
    }
  }
  return JSON.stringify(state);
}

function resourcesOf(state: unknown, tenant: string): Resource[] {
  const { deployment } = state as { deployment: { resources?: Resource[] } };
  const names = [`TenantStack::${tenant}`, `::${tenant}-repository`, `::${tenant}-backup-password`];
  return (deployment.resources ?? []).filter(({ urn }) => names.some((name) => urn.endsWith(name)));
}

/** Everything that a state still knows and that might open a repository. */
export interface PossibleKeys {
  /** Of databases: what looks like a key of one, and those that follow from what looks like a secret. */
  readonly database: readonly string[];
  /** The same of files. */
  readonly files: readonly string[];
}

/**
 * What a state's secrets have that may be a key: the secret of another tenant's backups, or a key in a file of configuration.
 *
 * @param shown what `pulumi stack export --show-secrets` gave.
 */
export function possibleKeys(shown: string): PossibleKeys {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "object" && value !== null) {
      texts.push(...(isShownSecret(value) ? [value.plaintext] : []));
      Object.values(value).forEach(collect);
    }
  };
  collect(JSON.parse(shown));
  const words = (pattern: RegExp): string[] => [...new Set(texts.flatMap((text) => text.match(pattern) ?? []))];
  const keys = words(/\b[0-9a-f]{64}\b/g);
  const followed = words(/\b[A-Za-z0-9]{40}\b/g).map(repositoryKeys);
  return {
    database: [...new Set([...keys, ...followed.map(({ databaseKey }) => databaseKey)])],
    files: [...new Set([...keys, ...followed.map(({ filesKey }) => filesKey)])],
  };
}
