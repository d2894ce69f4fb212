"""Gives another engine the images of this machine's, their layers as hard links: nothing large is read or written.

Runs in a container that has the folder of this machine's engine at /engine. Arguments: the folder of the other engine below
it, which must not run meanwhile, then the references that it is to know. All other images are there without a name, as the
cache of its builds.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

source = Path("/engine")
target = source / sys.argv[1]
references = sys.argv[2:]
images = Path("image/overlay2")


def share_layer(chain):
    """Shares a layer by its name in the engine's database."""
    database = images / "layerdb/sha256" / chain
    if (target / database).exists():
        return
    folder = (source / database / "cache-id").read_text()
    copy = target / "overlay2" / folder
    (target / "overlay2/l").mkdir(parents=True, exist_ok=True)
    (copy / "work").mkdir(parents=True, exist_ok=True)
    # Not what is mounted while a container or a build uses the layer: that is another file system.
    own = [entry for entry in (source / "overlay2" / folder).iterdir() if entry.name not in ("merged", "work")]
    # With its devices, by which a layer takes files of lower ones away, and its extended attributes.
    subprocess.run(["cp", "--archive", "--link", *own, copy], check=True)
    short = (source / "overlay2" / folder / "link").read_text()
    (target / "overlay2/l" / short).symlink_to(f"../{folder}/diff")
    shutil.copytree(source / database, target / database)


def share_image(digest):
    """Shares an image with its layers, the name of each of which is a hash of the layer and of those below it."""
    content = (source / images / "imagedb/content/sha256" / digest).read_text()
    chain = ""
    for layer in json.loads(content)["rootfs"].get("diff_ids", []):
        chain = hashlib.sha256(f"sha256:{chain} {layer}".encode()).hexdigest() if chain else layer.removeprefix("sha256:")
        share_layer(chain)
    metadata = images / "imagedb/metadata/sha256" / digest
    if (source / metadata).exists():
        shutil.copytree(source / metadata, target / metadata, dirs_exist_ok=True)
        # Since 25.0 an engine's builds take nothing for their cache that it didn't build; older ones don't note it.
        (target / metadata / "builtLocally").write_bytes(b"\x01")
    known = target / images / "imagedb/content/sha256" / digest
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(content)


def named(repositories):
    """What of the engine's list of names is about the references."""
    own = {name: {ref: of[ref] for ref in of if ref in references} for name, of in repositories.items()}
    return {name: of for name, of in own.items() if of}


repositories = named(json.loads((source / images / "repositories.json").read_text())["Repositories"])
digests = {digest.removeprefix("sha256:") for of in repositories.values() for digest in of.values()}
for digest in digests:
    share_image(digest)
for entry in (source / images / "imagedb/content/sha256").iterdir():
    try:
        share_image(entry.name)
    except (FileNotFoundError, subprocess.CalledProcessError):
        print(f"{entry.name} went away meanwhile", file=sys.stderr)
(target / images / "repositories.json").write_text(json.dumps({"Repositories": repositories}))
