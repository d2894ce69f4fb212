import type * as docker from "@pulumi/docker";
import { labelPrefix } from "../../fleet/labels";
import type { SuspendedTenant, Tenant } from "../../fleet/types";

/** Label of a container that is there and not meant to run. */
export const stateLabel = `${labelPrefix}.state`;

/**
 * Label of such a container that a visit may start. With it `wakeOnRequest` is an input of the container: taken away while the tenant is
 * awake, it replaces what runs and what nobody may stop any more.
 */
export const wakeableLabel = `${labelPrefix}.wakeable`;

/** A container's arguments with its name and its labels as they are. */
type NamedArgs = Omit<docker.ContainerArgs, "name" | "labels"> & {
  readonly name: string;
  readonly labels: docker.types.input.ContainerLabel[];
};

/** What of a tenant, or of what is made as one, decides whether its containers run. */
export type Runs = Pick<Tenant, "state"> & Pick<SuspendedTenant, "wake">;

/**
 * A container of a tenant as the tenant's state wants it: as it is given, or, while the tenant is suspended, created and not started.
 *
 * The Docker provider stops no container for what is declared of it: `start` and `mustRun` are only noted. A label replaces it, so the one
 * that runs is stopped and removed, with its grace, and the new one is created and left. The same way back: a container
 * that was never started is replaced by one that is. `restart` stays, so that the rules judge it as what it will be; the engine
 * starts none by it that was never started or that somebody stopped.
 */
export function inState({ state, wake }: Runs, args: NamedArgs): NamedArgs {
  return state !== "suspended"
    ? args
    : {
        ...args,
        start: false,
        mustRun: false,
        // Nobody waits for what doesn't start.
        wait: false,
        labels: [
          ...args.labels,
          { label: stateLabel, value: state },
          ...(wake === undefined ? [] : [{ label: wakeableLabel, value: "yes" }]),
        ],
      };
}

/** What a suspended tenant's page says, whoever answers it. */
export const suspendedTexts = {
  en: "This Odoo is suspended. Its data is kept. Its operator can bring it back.",
  fr: "Cet Odoo est suspendu. Ses données sont conservées. Son exploitant peut le remettre en service.",
} as const;

/** The same of one that a visit wakes, to whoever comes by another way than the one that wakes it. */
export const asleepTexts = {
  en: "This Odoo sleeps. A visit to its public address wakes it.",
  fr: "Cet Odoo dort. Une visite à son adresse publique le réveille.",
} as const;

/** What a visitor reads who has woken a tenant. */
export const wakingTexts = {
  en: "This Odoo slept and is being started. The page that you asked for appears by itself in a few seconds.",
  fr: "Cet Odoo dormait et démarre. La page demandée s'affichera d'elle-même dans quelques secondes.",
} as const;

/** The same, once it couldn't be started. */
export const notWokenTexts = {
  en: "This Odoo sleeps and couldn't be started. Its operator can see why. This page tries again by itself.",
  fr: "Cet Odoo dort et n'a pas pu être démarré. Son exploitant peut voir pourquoi. Cette page réessaie d'elle-même.",
} as const;
