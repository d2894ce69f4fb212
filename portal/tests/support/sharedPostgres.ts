/** Starts the PostgreSQL that the files of a run share, and prints the name of its container and network, and its URL: a server of each file's own takes longer than most files. */
import { Postgres } from "./postgres.ts";

const { name, url } = await Postgres.start();
console.log(`${name} ${url}`);
