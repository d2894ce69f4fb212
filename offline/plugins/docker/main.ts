/** Starts the stand-in for the official `docker` plugin. */
import { servePlugin } from "../framework/server";
import { dockerPlugin } from "./plugin";

servePlugin(dockerPlugin());
