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

let said = "";
function showNewest() {
  // A long answer is read from its question on, so the chat does not jump to its end.
  const chat = document.querySelector("#chat .bubble-wrap");
  if (!chat || chat.textContent === said) return;
  said = chat.textContent;
  const last = [...chat.querySelectorAll(".message-row")].pop();
  if (!last) return;
  const before = last.previousElementSibling;
  const first = before?.classList.contains("user-row") ? before : last;
  chat.scrollTop += first.getBoundingClientRect().top - chat.getBoundingClientRect().top - 8;
}

let turns = 0;
new MutationObserver(() => {
  // Gradio labels each message with its source text: a screen reader would spell out the HTML.
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]"))
    message.removeAttribute("aria-label");
  showNewest();
  const sections = document.querySelectorAll("#sources section").length;
  if (sections !== turns) document.getElementById("sources").scrollTop = 0; // newest first
  turns = sections;
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
