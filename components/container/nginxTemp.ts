/**
 * Where Nginx keeps what it can't hold in memory.
 *
 * @param folder one that the container may write to; Nginx makes the folders in it.
 */
export function nginxTempPaths(folder: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind.replace("client_", "")};`)
    .join("\n");
}
