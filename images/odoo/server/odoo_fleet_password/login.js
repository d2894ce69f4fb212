"use strict";

// The token is in the fragment, which a browser tells no server.
const token = location.hash.slice(1);
addEventListener("hashchange", () => location.reload());

/** Shows one part of the page, and none of the others. */
function show(id) {
  for (const other of ["wait", "gone", "fault"]) {
    document.getElementById(other).hidden = other !== id;
  }
}

async function signIn() {
  const answer = await fetch(location.pathname, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
    cache: "no-store",
  });
  const { to } = await answer.json();
  if (to === undefined) {
    show(answer.status === 404 ? "gone" : "fault");
  } else {
    // In place of this page, so that the way back doesn't lead to a link that is used up.
    location.replace(to);
  }
}

show("wait");
signIn().catch(() => show("fault"));
