/** How a program ended, and what it printed. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where jest's own matchers are declared
  namespace jest {
    interface Matchers<R> {
      /** That a program ended with code 0. What it printed is part of the message when it didn't: a failure in CI has no second look. */
      toSucceed(): R;
    }
  }
}

expect.extend({
  toSucceed: ({ code, output }: Ended) => ({
    pass: code === 0,
    message: () => `A program ${code === 0 ? "succeeded" : `ended with ${code}`}:\n${output}`,
  }),
});

export {};
