import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Context } from "hono";
import { Problem } from "../api/problems.ts";
import { hashOf } from "../orders/identifiers.ts";

/** How often something may be tried; counted in the process, as there is one. */
export class Attempts {
  private readonly limiter: RateLimiterMemory;

  /** @param points tries within `seconds` of one key */
  constructor(points: number, seconds: number) {
    this.limiter = new RateLimiterMemory({ points, duration: seconds });
  }

  /**
   * Counts a try.
   *
   * @param key what is counted by: an address of the network, an e-mail address, both.
   * @throws Problem `tooMany` when there were too many, with the seconds to wait.
   */
  async count(context: Context, ...key: string[]): Promise<void> {
    try {
      await this.limiter.consume(hashOf(JSON.stringify(key)));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) {
        throw error;
      }
      context.header("Retry-After", String(Math.ceil(error.msBeforeNext / 1000)));
      throw new Problem("tooMany", "wait, then try again");
    }
  }
}
