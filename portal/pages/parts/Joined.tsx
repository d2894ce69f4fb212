import { Fragment } from "react";

/** Short facts in a row with dots between them, each of them in its own direction. */
export function Joined({ parts }: { readonly parts: readonly string[] }) {
  return parts.map((part, place) => (
    <Fragment key={place}>
      {place > 0 && " · "}
      <bdi>{part}</bdi>
    </Fragment>
  ));
}
