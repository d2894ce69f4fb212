/** Takes `--name value` out of arguments, most of which go on to Pulumi; undefined: it isn't among them. */
export function takeOption(args: string[], name: string): string | undefined {
  const index = args.indexOf(`--${name}`);
  return index < 0 ? undefined : args.splice(index, 2)[1];
}
