// The document that is open: its place on the page, where the focus goes, and the search inside.
function documentViewer({ one, all, say, box, pages }) {
  const narrow = matchMedia("(max-width: 1099px)");
  const MOST_FOUND = 1000; // places that are marked; the page would be slow with all of a long document
  const LONGEST_SAID = 600; // characters
  let back = null; // what was pressed to open it: the focus goes back there
  let key = ""; // of the opening that was seen last
  let found = [];
  let current = -1;

  function from(button) {
    back = button;
  }

  function opened() {
    const viewer = one("#reader");
    if (!viewer || viewer.dataset.key === key) return;
    key = viewer.dataset.key;
    // A step of the history, so that Back closes the document and does not leave the site.
    if (!history.state?.reader) history.pushState({ reader: true }, "");
    document.body.dataset.reader = "open";
    aside(narrow.matches);
    clear();
    pages.opened();
    const cited = one("#cited");
    const page = one("#reader .page");
    if (cited) center(page, cited);
    else page.scrollTop = 0;
    (cited ?? viewer.querySelector("h2")).focus({ preventScroll: true });
    const words = all("#reader mark:not(.other)").map((mark) => mark.textContent.trim());
    say(cited ? `Source: ${words.join(" ").slice(0, LONGEST_SAID)}` : "");
  }

  function close(returning = true) {
    if (!document.body.dataset.reader) return;
    delete document.body.dataset.reader;
    if (returning && history.state?.reader) history.back();
    aside(false);
    clear();
    if (!returning) return;
    const marker = one("#reader")?.dataset.back;
    if (marker) one(`#source-${marker}`)?.scrollIntoView({ block: "nearest" });
    const [turn, number] = (marker ?? "").split("-");
    const origin = back?.isConnected ? back : one(`#talk a[data-turn="${turn}"][data-citation="${number}"]`);
    (origin ?? box()).focus();
  }

  function center(page, place) {
    page.scrollTop += place.getBoundingClientRect().top - page.getBoundingClientRect().top - page.clientHeight / 3;
  }

  // On a narrow page the document lies over everything else, which is then out of reach.
  function aside(covered) {
    for (const part of all("#top, #left, #middle, #documents, #drafts, #sources")) part.inert = covered;
  }

  function clear() {
    found = [];
    current = -1;
    globalThis.CSS?.highlights?.clear();
  }

  function search(words) {
    clear();
    const page = one("#reader .page");
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let text = "";
    while (walker.nextNode()) {
      nodes.push([text.length, walker.currentNode]);
      text += walker.currentNode.data;
    }
    let reached = 0; // places are asked for in order
    const place = (at) => {
      while (nodes[reached + 1]?.[0] <= at) reached += 1;
      const [begin, node] = nodes[reached];
      return [node, at - begin];
    };
    const wanted = words.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    for (const match of wanted ? text.matchAll(new RegExp(wanted, "giu")) : []) {
      const range = new Range();
      range.setStart(...place(match.index));
      range.setEnd(...place(match.index + match[0].length));
      found.push(range);
      if (found.length === MOST_FOUND) break;
    }
    if (globalThis.Highlight) CSS.highlights.set("found", new Highlight(...found));
    if (found.length) step();
    else count(wanted ? "not found" : "");
  }

  function step() {
    if (!found.length) return;
    current = (current + 1) % found.length;
    center(one("#reader .page"), found[current]);
    if (globalThis.Highlight) CSS.highlights.set("current", new Highlight(found[current]));
    count(`${current + 1} of ${found.length === MOST_FOUND ? "the first " : ""}${found.length}`);
  }

  function count(text) {
    one("#inside [role=status]").textContent = text;
  }

  addEventListener("popstate", (event) => {
    if (!event.state?.reader) close();
  });

  return { from, opened, close, search, step };
}
