/** Starts the stand-in for the official `command` plugin. */
import { servePlugin } from "../framework/server";
import { localCommandType } from "./localCommand";

servePlugin({
  name: "command",
  version: "1.2.1",
  config: {},
  configure: () => Promise.resolve(),
  resources: [localCommandType()],
});
