import { connect } from "./database/connect.ts";
import { migrate, NewerSchemaError } from "./database/migrate.ts";
import { databaseUrl } from "./settings.ts";

const database = connect(databaseUrl(process.env));
try {
  const done = await migrate(database);
  console.log(done.length > 0 ? `migrated: ${done.join(", ")}` : "the database is up to date");
} catch (error) {
  if (!(error instanceof NewerSchemaError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await database.destroy();
}
