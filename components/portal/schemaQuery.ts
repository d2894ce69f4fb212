/** What only the portal's database can answer: how many migrations have made its schema. Its web process carries them out as it starts. */
export const schemaQuery = "SELECT count(*) FROM kysely_migration";
