/** Prints the official images that a default environment is built upon, one a line: what images.sh looks for. */
import { defaultImages } from "../fleet/images";

const { odoo, postgres, nginx, rclone, caddy, lego, node, monitoring } = defaultImages;
for (const reference of [
  odoo["19.0"],
  postgres[17],
  nginx,
  rclone,
  caddy,
  lego,
  node,
  ...Object.values<string | null>({ ...monitoring }),
]) {
  console.log(reference);
}
