import * as pulumi from "@pulumi/pulumi";

/**
 * What follows from values of resources, where they have any: under `--target`, Pulumi gives a resource that isn't targeted and
 * was never made no values, and neither has what follows from them. What isn't targeted isn't made, and what is
 * can't be without them: the provider refuses it.
 *
 * @param values one value, or several in a list or a record.
 * @param derive is called only when each of them is there.
 */
export function derived<T, R>(values: pulumi.Output<T>, derive: (values: T) => R): pulumi.Output<Awaited<R>> {
  // The type of an output doesn't say that it may have no value.
  return values.apply((all) => (isMissing(all) ? undefined : derive(all))) as pulumi.Output<Awaited<R>>;
}

function isMissing(values: unknown): boolean {
  const list = typeof values === "object" && values !== null ? Object.values(values) : [values];
  return list.some((value) => value === undefined);
}
