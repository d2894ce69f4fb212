import { z } from "zod";

/** Names a thing of the portal. */
export const id = z.string().regex(/^[a-z][a-z0-9]{11}$/);

/** A moment in UTC. */
export const moment = z.iso.datetime();
