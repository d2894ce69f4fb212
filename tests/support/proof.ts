/**
 * Tests that take long, and of which another of their file is a sample: they are there in `make proofs`, and in no other run. With the
 * file's other tests, since they use what those have set up.
 */
const isThere = process.env["ODOO_FLEET_PROOFS"] === "1";

const nothing = Object.assign(() => undefined, { each: () => () => undefined });

/** A test of `make proofs`. */
export const proof = (isThere ? it : nothing) as jest.It;

/** Tests of `make proofs`. */
export const describeProof = (isThere ? describe : nothing) as jest.Describe;
