/** Starts the stand-in for the official `random` plugin. */
import { servePlugin } from "../framework/server";
import { randomPlugin } from "./plugin";

servePlugin(randomPlugin);
