/** A script in psql's own language, run by the superuser inside PostgreSQL's container; one line a row, columns apart by `|`. */
export function psql(database: string, script: string): string[] {
  const options = "--no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1";
  return ["sh", "-c", `printf '%s\\n' "$1" | psql ${options} --dbname "$2"`, "psql", script, database];
}
