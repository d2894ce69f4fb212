/** Arguments by which Chromium shows pages of this machine and asks nothing of the outside. */
export const chromiumArguments: string[] = [
  // Its own sandbox needs rights that a root user in a container doesn't have; it only shows pages of ours.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The same letters on every machine, as far as its fonts are the same.
  "--font-render-hinting=none",
];
