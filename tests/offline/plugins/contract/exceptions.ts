/**
 * Where the stand-ins differ from the official plugins, case by case, with the reason. A case that is listed and agrees
 * makes its test fail, so that the list stays true.
 */

const differs: [reason: string, ...ids: string[]][] = [
  [
    "the stand-in builds with the engine's classic builder alone and refuses to pretend otherwise",
    "image.check.build-buildx",
  ],
  [
    "official names options of `build` that nobody gave beside the real change; whether it replaces is the same",
    "image.build.diff.name",
    "image.build.diff.name-unknown",
    "image.build.diff.keep-false",
    "image.build.diff.keep-unset",
  ],
  [
    "previews: `__meta` is bookkeeping of the bridge that no state gets",
    "preview.create.container",
    "preview.create.image",
  ],
  [
    "previews: `number`, the old name of `numeric`, is shown as unknown until the value exists",
    "password.20.create-preview",
    "password.24.create-preview",
    "password.40.create-preview",
    "password.56.create-preview",
    "password.keepers.create-preview",
    "string.create-preview",
  ],
  [
    "the parts of blocks that nobody gave are null in official states until the first refresh or change; here it depends on less",
    "network.minimal.create",
    "network.auto-name.create",
    "container.web.update.start-stopped-container",
    "variant.empties.create",
  ],
  [
    "what a refresh puts into the inputs where the program gave an empty list, or labels that a volume doesn't have",
    "variant.empties.read",
    "volume.existing-other-labels.read",
  ],
  ["secrets in a command's error stay hidden: a protection that no test counts on", "failing.exit-3-secret.create"],
];

/** Answers that depend on which of two things is quicker: either is right. */
const races = new Set([
  // stdout and stderr come in no fixed order
  "deletes.delete",
  "failing.many-lines.create",
  "failing.exit-3.create",
  "failing.exit-3-logged.create",
  "bootstrap.update.failing",
  // what a machine says that reaches no registry, or another one
  "image.pull-missing.create",
  "image.pull-no-tag.create",
  "errors.image-missing.create",
  "errors.image-id-missing.create",
  // a program that ends at once may still run when it's looked at
  "variant.runs-and-ends.create",
  "ends.must-run.create",
  "ends.must-run.noop",
  "ends.restarts.create",
  "ends.restarts.read",
  "errors.exits-at-once.create",
  "errors.exits-at-once-restarting.create",
  "errors.exits-at-once-restarting.read",
]);

/** Case id to reason. */
export const exceptions: ReadonlyMap<string, string> = new Map(
  differs.flatMap(([reason, ...ids]) => ids.map((id): [string, string] => [id, reason])),
);

/** Why a call isn't played against the engine, or nothing. */
export function notPlayed(plugin: string, id: string): string | undefined {
  if (plugin !== "docker") return undefined;
  if (/^image\.build/.test(id)) return "official builds with BuildKit, the stand-in with the classic builder";
  if (/^connection\./.test(id)) return "configurations of their own, see connection.test.ts";
  if (/^container\.web\.stopped/.test(id)) return "it refers to a case that wasn't captured";
  return undefined;
}

/** The differences that aren't listed, or the complaint that a listed case agrees. */
export function verdictOf(id: string, differences: string[]): string[] {
  if (races.has(id)) return [];
  if (!exceptions.has(id)) return differences;
  return differences.length > 0 ? [] : [`${id} agrees now: take it out of exceptions.ts`];
}
