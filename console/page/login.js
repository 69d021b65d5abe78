// Says why a login failed and where to go after one; the form itself works without this.
const SENTENCES = {
  wrong: "User and password do not match.",
  wait: "Too many tries. Wait a minute, then try again.",
  away: "The login can't be checked right now. Try again in a moment.",
};
const asked = new URLSearchParams(location.search);
const next = asked.get("next") ?? "/";
// Only paths of this site: "//host" and "/\host" would lead away.
if (/^\/(?![/\\])/.test(next)) document.getElementById("next").value = next;
if (asked.has("error")) {
  const wrong = document.getElementById("wrong");
  wrong.textContent = SENTENCES[asked.get("error")] ?? SENTENCES.away;
  wrong.hidden = false;
}
