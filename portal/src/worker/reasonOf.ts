/**
 * What the log says of a question that failed and is asked again: the messages alone of what an engine, a network or a service answered, which may come each
 * minute; and all of what may be a fault of the program.
 */
export function reasonOf(error: unknown): unknown {
  const chain = [error, error instanceof Error ? error.cause : undefined].filter((one) => one instanceof Error);
  const isAnswer = chain.some((one) => "statusCode" in one || "code" in one);
  return isAnswer ? chain.map(({ message }) => message).join(": ") : error;
}
