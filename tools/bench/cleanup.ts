/** What has to be undone at the end, however the end comes. The last thing made is the first to go. */
export class Cleanup {
  private readonly steps: { readonly name: string; readonly undo: () => void | Promise<void> }[] = [];
  private running: Promise<void> | undefined;

  /** Notes something that is about to be made: before, so that a half-made one goes too. */
  defer(name: string, undo: () => void | Promise<void>): void {
    this.steps.push({ name, undo });
  }

  /** Undoes everything, once. A step that fails is reported and stops no other. */
  run(): Promise<void> {
    this.running ??= this.undoAll();
    return this.running;
  }

  private async undoAll(): Promise<void> {
    for (const { name, undo } of this.steps.reverse()) {
      try {
        await undo();
      } catch (error) {
        console.error(`bench: could not remove ${name}: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
  }
}
