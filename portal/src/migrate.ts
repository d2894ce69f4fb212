import { connect } from "./database/connect.ts";
import { migrate } from "./database/migrate.ts";
import { databaseUrl } from "./settings.ts";

const database = connect(databaseUrl(process.env));
try {
  const done = await migrate(database);
  console.log(done.length > 0 ? `migrated: ${done.join(", ")}` : "the database is up to date");
} finally {
  await database.destroy();
}
