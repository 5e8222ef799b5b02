// The view in which a text is checked: what is sent, and what is said of what comes back.
function draftCheck({ one, send, say, fresh, documents }) {
  const PATIENCE = 300_000; // milliseconds: the longest text takes some two minutes
  let key = ""; // of the check that is waited for; "" if none is

  function submit() {
    if (key) return say("A text is being checked.");
    if (!one("#draft").value.trim()) {
      tell("There is no text to check.");
      one("#draft").focus();
      return;
    }
    const asked = fresh();
    key = asked;
    tell("Checking …");
    send("retry", { question: one("#draft").value, run: key, documents: documents() });
    setTimeout(() => {
      if (key !== asked) return;
      key = "";
      tell("The server does not answer. The text is still there: check it again.");
    }, PATIENCE);
  }

  function drawn() {
    const result = one("#checked");
    if (!key || result?.dataset.key !== key) return;
    key = "";
    tell("");
    const heading = one("#checked h3");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "nearest" });
  }

  function tell(text) {
    one("#check [type=submit]").disabled = key !== "";
    one("#check-status").textContent = text;
  }

  return { submit, drawn };
}
