const { randomInt } = require("node:crypto");
const { once } = require("node:events");
const { createServer } = require("node:net");

/**
 * Where ports are looked for: below those that Linux and the engine give to whoever asks for any (32768 to 60999), of which one that was
 * free is another's a moment later, and below those of the tests' tenants (from 20000).
 */
const [first, last] = [10_000, 19_999];

/** @type {import("node:net").Server[]} What says to other tests' programs that a port is taken, until this one ends. */
const claims = [];

/** Whether nobody else listens there now. @param {import("node:net").ListenOptions} where @returns {Promise<import("node:net").Server | undefined>} */
async function listen(where) {
  const server = createServer();
  try {
    server.listen(where);
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}

/**
 * Ports of this machine's own address that nobody has, and that no other test is told of while this program runs: for servers that
 * can't be asked which port they took.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function freePorts(count) {
  const ports = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries > count + 1000) {
      throw new Error(`no ${count} free ports from ${first} to ${last}`);
    }
    const port = randomInt(first, last + 1);
    // A name of Linux's own without a file: it goes with the program, however that ends.
    const claim = await listen({ path: `\0odoo-fleet-test-port-${port}` });
    if (claim === undefined) {
      continue;
    }
    claims.push(claim.unref());
    const server = await listen({ port, host: "127.0.0.1" });
    if (server !== undefined) {
      server.close();
      await once(server, "close");
      ports.push(port);
    }
  }
  return ports;
}

module.exports = { freePorts };
