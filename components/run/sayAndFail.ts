/**
 * What a command runs that fails with what its standard input says. Pulumi shows it with the words of the plugin before it; `make up`
 * leaves those out.
 */
export const sayAndFail = "cat >&2; exit 1";
