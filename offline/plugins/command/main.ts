/** Starts the stand-in for the official `command` plugin. */
import { servePlugin } from "../framework/server";
import { localCommandType } from "./localCommand";

servePlugin({
  name: "command",
  version: "4.5.0",
  config: {},
  configure: () => Promise.resolve(),
  resources: [localCommandType()],
});
