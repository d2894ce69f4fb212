/**
 * `trust.ts STACK --config-file FILE [--folder FOLDER] [--root ROOT]`: has this machine trust the authorities of a stack's own edges
 * (`edge.certificates: internal`): its system, and the store that Chromium reads, which is made where it isn't there. Where that needs
 * rights that this user doesn't have, it says what to run. The certificates are kept in FOLDER, build/trust by default. The system's
 * folders are below ROOT, / by default.
 * Exit codes: 0 trusted, 1 something is left to be run or failed, 2 wrong use.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { edgeDataFolder } from "../fleet/security";
import { engineClient } from "../components/host/engineClient";
import { execText } from "../components/host/engineExec";
import { FleetConfigError } from "../fleet/errors";
import { trustInBrowsers } from "./browserStore";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

const usage = "Usage: make trust [STACK=dev]";

/** Longest time in milliseconds for a host's answer. */
const deadline = 30_000;

const rootFile = `${edgeDataFolder}/pki/authorities/local/root.crt`;

/** Where a system takes authorities from, and the command that has it read them: Debian and Ubuntu, Fedora and Red Hat, Arch. */
const systems = [
  { folder: "/usr/local/share/ca-certificates", command: "update-ca-certificates" },
  { folder: "/etc/pki/ca-trust/source/anchors", command: "update-ca-trust" },
  { folder: "/etc/ca-certificates/trust-source/anchors", command: "update-ca-trust" },
];

/** Has the system trust a certificate; what is left to be run, if it may not. */
function trustInSystem(name: string, file: string, root: string): string[] {
  if (process.platform === "darwin") {
    return [`sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain ${file}`];
  }
  if (process.platform === "win32") {
    return [`certutil -addstore Root ${file}`];
  }
  const system = systems.find(({ folder }) => existsSync(join(root, folder)));
  if (system === undefined) {
    return [`add ${file} to the authorities of this system`];
  }
  const target = join(root, system.folder, `${name}.crt`);
  try {
    writeFileSync(target, readFileSync(file));
    execFileSync(system.command, { stdio: "ignore" });
    return [];
  } catch {
    return [`sudo cp ${file} ${target} && sudo ${system.command}`];
  }
}

async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = {
    "config-file": text,
    folder: { ...text, default: join("build", "trust") },
    root: { ...text, default: "/" },
  };
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [stack] = positionals;
  const file = values["config-file"];
  if (stack === undefined || file === undefined) {
    console.error(usage);
    return 2;
  }
  const fleet = fleetOfStackFile(readFileSync(file, "utf8"), parseStackReference(stack).environment);
  if (fleet.edge?.certificates.kind !== "internal") {
    const found = fleet.edge ? "certificates of a public authority, which is trusted" : "no edge";
    console.error(`odoo-fleet: ${fleet.environment} has ${found}: there is nothing to trust`);
    return fleet.edge ? 0 : 2;
  }
  mkdirSync(values.folder, { recursive: true });
  const left: string[] = [];
  for (const { host, names } of Object.values(fleet.edge.hosts)) {
    const edge = engineClient(fleet.hosts[host]!).getContainer(names.container);
    const certificate = await execText(edge, ["cat", rootFile], AbortSignal.timeout(deadline)).catch((error: Error) => {
      throw new Error(
        `the edge of host ${host} can't be asked (${error.message}): bring it up first, make up STACK=${stack}`,
      );
    });
    const name = `odoo-fleet-${fleet.environment}-${host}`;
    const kept = join(values.folder, `${name}.crt`);
    writeFileSync(kept, certificate);
    const own = [...trustInSystem(name, kept, values.root), ...trustInBrowsers(name, kept, process.env)];
    console.log(own.length === 0 ? `${name} is trusted here (${kept})` : `${name} is in ${kept}`);
    left.push(...own);
  }
  if (left.length > 0) {
    console.log(["To trust it, run:", ...left.map((command) => `  ${command}`)].join("\n"));
  }
  return left.length > 0 ? 1 : 0;
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
