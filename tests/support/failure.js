const { stripVTControlCharacters } = require("node:util");

/** Lines that a run's end tells of one failure, from its message's beginning and from its end: a program's cause is its last lines. */
const [first, last] = [8, 6];

/**
 * What a run's end tells of a test that failed: its name, what its message begins and ends with, and where in a test that was.
 * Whoever keeps only the end of a long output has what is needed to understand it.
 */
function failure(name, message) {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const isFrame = (line) => /^\s+at /.test(line);
  const where = lines.find((line) => isFrame(line) && line.includes(".test.ts"));
  const told = lines.filter((line) => !isFrame(line));
  const kept = told.length > first + last ? [...told.slice(0, first), "...", ...told.slice(-last)] : told;
  const below = [...kept, ...(where === undefined ? [] : [where.trim()])].map((line) => `  ${line.slice(0, 300)}`);
  return [`failed: ${name}`, ...below, ""].join("\n");
}

module.exports = { failure };
