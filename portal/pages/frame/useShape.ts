import { useEffect } from "react";
import { useMe } from "../login/me.ts";

/** What the top of all pages is made of, which depends on who looks. */
interface Shape {
  readonly isSignedIn: boolean;
  readonly isOperator: boolean;
  /** Whether he is in several teams. */
  readonly isInTeams: boolean;
}

/** Where a browser keeps what it was last. It names nobody. */
const kept = "portal-shape";

const guests: Shape = { isSignedIn: false, isOperator: false, isInTeams: false };

/**
 * What the top of the page is made of. While that isn't known it is what it was last, for the room alone; when the portal doesn't answer, as for
 * somebody who isn't signed in.
 */
export function useShape(): Shape & { readonly isKnown: boolean } {
  const { data: me, isFetched } = useMe();
  const shape: Shape | undefined = me && {
    isSignedIn: me.email !== null,
    isOperator: me.operator !== null,
    isInTeams: me.team !== null && me.teams.length > 1,
  };
  const text = shape && JSON.stringify(shape);
  useEffect(() => {
    if (text !== undefined) {
      localStorage.setItem(kept, text);
    }
  }, [text]);
  return { ...(shape ?? (isFetched ? guests : lastShape())), isKnown: isFetched };
}

function lastShape(): Shape {
  try {
    return { ...guests, ...(JSON.parse(localStorage.getItem(kept) ?? "{}") as Partial<Shape>) };
  } catch {
    return guests;
  }
}
