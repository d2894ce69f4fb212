/** Starts the stand-in for the official `command` plugin. */
import { inferred } from "../framework/dialect";
import { servePlugin } from "../framework/server";
import { localCommandType } from "./localCommand";

servePlugin({
  name: "command",
  version: "1.2.1",
  dialect: inferred,
  config: {},
  configure: () => Promise.resolve(),
  resources: [localCommandType()],
});
