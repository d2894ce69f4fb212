import { attempt } from "./attempt";
import type { TestHost } from "./testHost";

/** Makes the image `workload` on a host's own engine, of one static program; no registry is needed. */
export async function makeWorkloadImage(host: TestHost): Promise<void> {
  await host.exec("tar -C /srv/image -c . | docker import - workload");
}

/**
 * Starts a small web server in a container of a host's own engine.
 *
 * @param publish how it is published, as `docker run --publish` says it.
 * @param more other options of `docker run`.
 */
export async function serve(host: TestHost, name: string, publish: string, more = ""): Promise<void> {
  const server =
    "/bin/busybox mkdir -p /www && echo hello >/www/index.html && exec /bin/busybox httpd -f -p 8080 -h /www";
  // As every container of the fleet has it: a first process that ignores SIGTERM holds up a machine's shutdown for 90 seconds.
  const options = `--detach --init --name ${name} --restart unless-stopped --publish ${publish} ${more}`;
  await host.exec(`docker run ${options} workload /bin/busybox sh -c '${server}'`);
}

/** Which of these addresses answer to a connection from another machine, a container, each as `address port`. */
export async function reachable(outsider: string, targets: readonly string[]): Promise<string[]> {
  const script = `
import socket, sys
from concurrent.futures import ThreadPoolExecutor
def answers(target):
    address, port = target.split()
    try:
        socket.create_connection((address, int(port)), 3).close()
        return True
    except OSError:
        return False
with ThreadPoolExecutor(200) as pool:
    for target, answer in zip(sys.argv[1:], pool.map(answers, sys.argv[1:])):
        if answer:
            print(target)
`;
  const { code, output } = await attempt("docker", ["exec", outsider, "python3", "-c", script, ...targets]);
  if (code !== 0) {
    throw new Error(output);
  }
  return output.trim().split("\n").filter(Boolean);
}
