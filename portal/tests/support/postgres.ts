import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { sql } from "kysely";
import { freePorts } from "../../../tests/support/freePorts.js";
import { connect, type Database } from "../../src/database/connect.ts";

const run = promisify(execFile);

/** The fleet's own PostgreSQL: the official image, which the engine pulls, or its stand-in where only that is there. */
const official = "postgres:17";
const images = [official, "odoo-fleet.local/postgres:17"];

/** What the clean-up of the fleet's tests goes by, should a test be killed. */
const labels = ["--label=odoo-fleet.environment=test-portal", "--label=odoo-fleet.test=true"];

/** The server that all files of a run share: its URL, which `tools/portal-tests.sh` sets. */
const sharedUrl = "PORTAL_TEST_POSTGRES";

/** A real PostgreSQL in a container, on a port of this machine alone. */
export class Postgres {
  /** With the superuser's password, which is random. */
  url = "";
  /** Of its container; undefined: it is shared, and stays. */
  readonly name: string | undefined;
  private readonly databases: string[] = [];

  private constructor(name?: string) {
    this.name = name;
  }

  /** The one that the run's files share, each with databases of its own; one of its own where a file runs by itself. */
  static async shared(): Promise<Postgres> {
    const url = process.env[sharedUrl];
    return url === undefined ? Postgres.start() : Object.assign(new Postgres(), { url });
  }

  /** Starts one; it takes about two seconds. @param isRestarted whether it keeps its rows and its port while it is restarted. */
  static async start(isRestarted = false): Promise<Postgres> {
    // A network of its own, as every tenant has: the engine's default bridge is shared with whatever else runs there.
    const name = `test-portal-${randomBytes(4).toString("hex")}`;
    await run("docker", ["network", "create", ...labels, name]);
    const postgres = new Postgres(name);
    try {
      await postgres.create(name, isRestarted);
      await postgres.answers();
    } catch (error) {
      await postgres.stop();
      throw error;
    }
    return postgres;
  }

  /** Removes it, or its databases where it is shared. */
  async stop(): Promise<void> {
    if (this.name === undefined) {
      const admin = connect(this.url);
      for (const name of this.databases) {
        await sql`drop database ${sql.id(name)} with (force)`.execute(admin);
      }
      await admin.destroy();
      return;
    }
    await run("docker", ["rm", "--force", "--volumes", this.name]);
    await run("docker", ["network", "rm", this.name]);
  }

  /** Stops it and starts it again, as an update of its image does. @param away milliseconds between. */
  async restart(away: number): Promise<void> {
    await this.halt();
    await delay(away);
    await this.resume();
  }

  /** Stops it, until `resume`; it has to be one that is restarted. */
  async halt(): Promise<void> {
    await run("docker", ["stop", "--time=10", this.name!]);
  }

  /** Starts it again, and waits until it answers. */
  async resume(): Promise<void> {
    await run("docker", ["start", this.name!]);
    await this.answers();
  }

  private async create(name: string, isRestarted: boolean): Promise<void> {
    const password = randomBytes(16).toString("hex");
    const [port] = isRestarted ? await freePorts(1) : [""];
    await run("docker", [
      "run",
      "--detach",
      `--name=${name}`,
      `--network=${name}`,
      ...labels,
      `--publish=127.0.0.1:${port}:5432`,
      `--env=POSTGRES_PASSWORD=${password}`,
      ...(isRestarted ? [] : ["--tmpfs=/var/lib/postgresql/data"]),
      await foundImage(),
      // A test's rows needn't outlive a crash.
      "-c",
      "fsync=off",
      // Files of tests share it.
      "-c",
      "max_connections=400",
    ]);
    const { stdout } = await run("docker", ["port", name, "5432/tcp"]);
    this.url = `postgres://postgres:${password}@${stdout.trim()}/postgres`;
  }

  /** A connection to a new, empty database. */
  async newDatabase(): Promise<{ database: Database; url: string }> {
    const name = `d${randomBytes(6).toString("hex")}`;
    this.databases.push(name);
    const admin = connect(this.url);
    try {
      await sql`create database ${sql.id(name)}`.execute(admin);
    } finally {
      await admin.destroy();
    }
    const url = this.url.replace(/\/postgres$/, `/${name}`);
    // A hundred orders at once are to wait for each other, also on a machine that is busy with other tests.
    return { database: connect(url, 120_000), url };
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const database = connect(this.url);
      try {
        await sql`select 1`.execute(database);
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          throw error;
        }
        await delay(200);
      } finally {
        await database.destroy();
      }
    }
  }
}

async function foundImage(): Promise<string> {
  for (const image of images) {
    try {
      await run("docker", ["image", "inspect", image]);
      return image;
    } catch {
      continue;
    }
  }
  return official;
}
