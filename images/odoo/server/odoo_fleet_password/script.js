"use strict";

// The token is in the fragment, which a browser tells no server.
const token = location.hash.slice(1);
const part = (id) => document.getElementById(id);
// Another link in the same tab.
addEventListener("hashchange", () => location.reload());

/** Shows one part of the page, and none of the others. */
function show(id) {
  for (const other of ["wait", "gone", "fault", "form"]) {
    part(other).hidden = other !== id;
  }
}

/** Asks Odoo of the link; with a password, sets it. Undefined: nothing more is to be done with what it said. */
async function ask(body) {
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, ...body }),
      credentials: "omit",
      cache: "no-store",
    });
    const told = await answer.json();
    if (told.login !== undefined) {
      return told;
    }
    show(told.error === "gone" ? "gone" : "fault");
  } catch {
    show("fault");
  }
  return undefined;
}

part("show").addEventListener("change", ({ target }) => {
  part("password").type = target.checked ? "text" : "password";
});

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  part("submit").disabled = true;
  part("error").textContent = "";
  const told = await ask({ password: part("password").value });
  part("submit").disabled = false;
  if (told?.error) {
    part("error").textContent = told.message ?? part("error").dataset.short;
    part("password").focus();
  } else if (told) {
    // In place of this page, so that the way back doesn't lead to a link that is used up.
    location.replace(`/web/login?login=${encodeURIComponent(told.login)}`);
  }
});

show("wait");
ask({}).then((told) => {
  if (told) {
    part("login").value = told.login;
    part("least").textContent = told.least;
    show("form");
    part("password").focus();
  }
});
