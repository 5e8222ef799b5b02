document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#source-'], a[href^='#marker-']");
  if (!link) return;
  event.preventDefault(); // gradio's <base> would make the fragment another page
  const goal = link.getAttribute("href");
  const back = goal.startsWith("#marker-"); // the sanitiser of the chat keeps no id
  const place = document.querySelector(
    back ? `#chat a[href="${goal.replace("marker", "source")}"]` : goal,
  );
  if (!place) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ behavior: still ? "auto" : "smooth", block: back ? "center" : "start" });
  place.classList.add("found");
  setTimeout(() => place.classList.remove("found"), 2000);
});

let turns = 0;
new MutationObserver(() => {
  // Gradio labels each message with its source text: a screen reader would spell out the HTML.
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]"))
    message.removeAttribute("aria-label");
  const sections = document.querySelectorAll("#sources section").length;
  if (sections !== turns) document.getElementById("sources").scrollTop = 0; // newest first
  turns = sections;
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
