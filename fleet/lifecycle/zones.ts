import { nearest } from "../suggest";

/**
 * Zones whose clocks changed other than was foreseen, by the release of the IANA time zone database that knows of it. From comparing the offsets of
 * 2026 and 2027 in the releases from 2025c to 2026f, as PyPI's `tzdata` has them, and from the announcements of 2025a and 2025b;
 * Node.js has had 2025a or newer since 20.19. Aliases are listed, since a configuration may name them.
 */
const changedIn: Readonly<Record<string, readonly string[]>> = {
  "2025a": ["America/Asuncion"],
  "2025b": ["America/Coyhaique"],
  "2026a": ["Europe/Chisinau", "Europe/Tiraspol"],
  "2026b": ["America/Vancouver", "Canada/Pacific"],
  "2026c": ["Africa/Casablanca", "Africa/El_Aaiun", "America/Edmonton", "America/Yellowknife", "Canada/Mountain"],
  "2026d": ["America/Inuvik"],
  "2026e": ["America/Rainy_River", "America/Winnipeg", "Canada/Central"],
  "2026f": ["America/Havana", "Cuba"],
};

/** What is wrong with a zone; undefined: nothing. */
export type ZoneFault =
  /** There is none of that name; `meant` is the one that was probably meant. */
  | { readonly kind: "unknown"; readonly meant?: string }
  /** Its rules have changed since the release that is at hand. */
  | { readonly kind: "outdated"; readonly neededRelease: string };

/**
 * Whether the hours of a zone can be told.
 *
 * @param release the release of the time zone database that is at hand, such as `2026c`: `process.versions.tz`. Undefined: it isn't
 * known, and no zone that has ever changed is trusted.
 */
export function zoneFault(zone: string, release: string | undefined): ZoneFault | undefined {
  const lower = zone.toLowerCase();
  const [neededRelease] =
    Object.entries(changedIn).find(([, zones]) => zones.some((changed) => changed.toLowerCase() === lower)) ?? [];
  // Releases sort as text: a year and a letter.
  if (neededRelease !== undefined && (release === undefined || release < neededRelease)) {
    return { kind: "outdated", neededRelease };
  }
  return isZone(zone) ? undefined : { kind: "unknown", meant: nearest(zone, Intl.supportedValuesOf("timeZone")) };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
