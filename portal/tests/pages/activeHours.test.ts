import assert from "node:assert/strict";
import { test } from "node:test";
import { readHours, writeHours } from "../../pages/instance/schedule/activeHours.ts";

test("hours are edited one interval at a time, and written as the fleet reads them", () => {
  const written = (text: string) => readHours(text).map(writeHours);
  assert.deepEqual(written("Mon-Fri 08:00-12:00,13:00-18:00 Africa/Casablanca"), [
    "Mon-Fri 08:00-12:00 Africa/Casablanca",
    "Mon-Fri 13:00-18:00 Africa/Casablanca",
  ]);
  // Around the week's end, to its day's end, and over midnight.
  assert.deepEqual(written("Sat-Mon 00:00-24:00 UTC"), ["Mon,Sat-Sun 00:00-24:00 UTC"]);
  assert.deepEqual(written("Wed,Mon,Tue,Fri 22:00-02:00 Etc/GMT+1"), ["Mon-Wed,Fri 22:00-02:00 Etc/GMT+1"]);
});
