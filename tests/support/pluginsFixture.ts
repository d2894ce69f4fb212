import { makeImage, removeImage, removeLabelled } from "./pluginsImage";
import { type Backend, makeBackend, removeBackend } from "./pluginsStack";

/** What a test file of the stand-ins has for itself. */
export interface PluginsFixture {
  /** Its value of the test label; what has it is removed at the end. */
  readonly run: string;
  /** A tiny image, see `makeImage`. */
  readonly image: string;
  /** A backend, from the first test on. */
  readonly backend: Backend;
}

/** Makes an image and a backend before the tests of a file, and removes them and all that was labelled after them. */
export function pluginsFixture(name: string): PluginsFixture {
  const run = `${name}-${process.pid}`;
  const image = `odoo-fleet.test/${run}:1`;
  let backend: Backend;
  beforeAll(() => {
    backend = makeBackend();
    makeImage(image);
  });
  afterAll(() => {
    removeLabelled(run);
    removeImage(image);
    removeBackend(backend);
  });
  return {
    run,
    image,
    get backend() {
      return backend;
    },
  };
}
