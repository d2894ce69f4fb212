/** An error of the engine's API. */
interface EngineError {
  readonly statusCode?: number;
}

/** For what may be gone (404) or already so (304): `request.catch(ignoreAbsent)`. */
export const ignoreAbsent = ignoreStatus(304, 404);

/** The same for what may be on its way out, too (409). */
export const ignoreAbsentOrGoing = ignoreStatus(304, 404, 409);

function ignoreStatus(...statuses: readonly number[]): (error: EngineError) => undefined {
  return (error) => {
    if (!statuses.includes(error.statusCode ?? 0)) {
      throw error as Error;
    }
    return undefined;
  };
}
