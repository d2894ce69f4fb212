/**
 * `demo-mail.ts ADDRESS PORT FOLDER`: the mail server of `make demo`. It sends nothing on: each mail becomes a file in FOLDER, which this
 * user alone can read.
 */
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";

const [address = "", port = "", folder = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true, mode: 0o700 });
let number = 0;
const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  onData(stream, _session, callback) {
    const file = join(folder, `${Date.now()}-${number++}.eml`);
    stream.pipe(createWriteStream(file, { mode: 0o600 })).on("finish", () => callback());
  },
});
server.on("error", (error: Error) => {
  console.error(`odoo-fleet: the demo's mail server: ${error.message}`);
  process.exitCode = 1;
});
server.listen(Number(port), address, () => console.log("listening"));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => server.close(() => process.exit(0)));
}
