import { z } from "zod";
import { type CopyObstacle, obstacleTexts } from "../copies/obstacles.ts";
import { id, moment } from "./commonSchemas.ts";

/** What there is of a tenant's staging copy. */
export const copyOfferSchema = z
  .object({
    copy: z
      .object({
        state: z.enum(["making", "running", "suspended", "renewing", "empty", "removing"]).meta({
          description:
            "`making`: it is filled for the first time; `renewing`: it is brought anew, and serves what it has until then; `empty`: it couldn't be filled, or its host was lost, and it has nothing",
        }),
        address: z.string(),
        url: z.string().nullable().meta({ description: "null until it is ready" }),
        copiedAt: moment.nullable().meta({ description: "Of when its data is; null: it has none" }),
        until: moment.meta({ description: "When it is removed, unless that is put off" }),
        job: id.nullable().meta({ description: "Its job that isn't over" }),
        failure: z.enum(["policy", "restore", "fault"]).nullable().meta({
          description: "Why it couldn't be filled last, as of a job; null: it could, or wasn't tried yet",
        }),
      })
      .nullable()
      .meta({ description: "null: there is none" }),
    obstacle: z
      .enum(Object.keys(obstacleTexts) as [CopyObstacle, ...CopyObstacle[]])
      .nullable()
      .meta({
        description: "Why none can be made now, or the one that there is can't be brought anew; null: it can",
      }),
  })
  .meta({ ref: "CopyOffer" });

/** A staging copy that is wanted. */
export const copyRequestSchema = z
  .strictObject({
    address: z.string().max(253).meta({ description: "First label of its host name", example: "acme-staging" }),
  })
  .meta({ ref: "CopyRequest" });
