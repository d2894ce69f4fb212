import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { type Authority, certificateAuthority } from "../../../../components/monitoring/certificates";

const seed = "a seed of the test, with 32 letters and more";
let authority: Authority;
beforeAll(async () => {
  authority = await certificateAuthority(seed);
});
const names = ["odoo-2", "10.20.0.12"];

/** What a client that trusts the given authority alone says of a server; undefined: it is content. */
async function handshake(ca: string, servername: string): Promise<string | undefined> {
  const { certificate, key } = await authority.issue(names);
  const server = createServer({ cert: certificate, key });
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect({ ca, servername, port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  try {
    await once(socket, "secureConnect");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
    server.close();
  }
}

it("gives the same certificates for the same seed, and others for another", async () => {
  const again = await certificateAuthority(seed);
  expect(again.certificate).toBe(authority.certificate);
  expect(await again.issue(names)).toEqual(await authority.issue(names));
  expect((await certificateAuthority(`${seed}!`)).certificate).not.toBe(authority.certificate);
  expect((await authority.issue(["odoo-3"])).key).not.toBe((await authority.issue(names)).key);
});

it("signs for the names that are asked for, as an authority that can't make further ones", async () => {
  const own = new X509Certificate(authority.certificate);
  const server = new X509Certificate((await authority.issue(names)).certificate);
  expect(own.ca).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.verify(own.publicKey)).toBe(true);
  expect(server.checkIssued(own)).toBe(true);
  expect(server.subjectAltName).toBe("DNS:odoo-2, IP Address:10.20.0.12");
  expect(BigInt(`0x${server.serialNumber}`)).toBeGreaterThan(0n);
});

it("is trusted by whoever has the authority, for the right name only", async () => {
  expect(await handshake(authority.certificate, "odoo-2")).toBeUndefined();
  expect(await handshake(authority.certificate, "odoo-9")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  const other = await certificateAuthority("somebody else's seed, long enough");
  expect(await handshake(other.certificate, "odoo-2")).toBeDefined();
});
