/** Prints the official images that a default environment is built upon, one a line: what images.sh looks for. */
import { defaultImages } from "../fleet/images";

for (const reference of [defaultImages.odoo["19.0"], defaultImages.postgres[17], defaultImages.nginx]) {
  console.log(reference);
}
