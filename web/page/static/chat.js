// Python draws the page; this sends what a visitor does, and minds focus, place and voice.
//
// `run` says what the page is at: "unread" until it is drawn for this visitor, the name of the asking that is
// being answered, or "".  Python puts the name into the views of that asking (data-run), the last of which is
// not busy; then `ended` goes on with what had to wait.  viewer.js, files.js and check.js stand before this.
const footnote = (() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const PATIENCE = 10_000; // milliseconds until a server that does not stop is given up
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let trigger = () => {};
  let run = "unread"; // the question that is being answered; "unread" until the page is that of this visitor
  let editing = 0; // the turn of this conversation whose question is in the box to be asked anew
  let only = new Set(); // the documents to ask; none: all
  let waiting = []; // what is to be done when the answer has ended
  let asked = {}; // the question that was sent last, and its turn
  let seen = {}; // what was drawn last
  let typing; // the timer of what is searched for when no more letters come

  // Sending

  const talk = () => one("#talk")?.dataset ?? {};
  const send = (event, details = {}) => trigger(event, { search: one("#seek-words")?.value ?? "", ...details });
  const here = (details = {}) => ({ conversation: talk().conversation ?? "", ...details });

  function ask(question, details = {}) {
    const turn = editing;
    editing = 0;
    stopped(() => {
      run = fresh();
      asked = { question, turn, ...details };
      send("submit", here({ documents: [...only], run, ...asked }));
      nudge(run);
      say("Reading the documents");
      tell();
    });
  }

  const fresh = () => Math.random().toString(36).slice(2);

  // Do it now or, while an answer is written, when that has ended ...
  function later(deed) {
    if (run) waiting.push(deed);
    else deed();
  }

  // ... which is to be soon.
  function stopped(deed) {
    if (run && run !== "unread") stop();
    later(deed);
  }

  // Gradio loses what is asked as the stream of the last answer closes, until another event opens it anew.
  function nudge(name, left = PATIENCE / 1000) {
    setTimeout(() => {
      if (run !== name || talk().run === name) return;
      if (!left) return lost("The server does not answer.");
      send("tick");
      nudge(name, left - 1);
    }, 1000);
  }

  function lost(why) {
    ended();
    if (!box().value) {
      box().value = asked.question;
      editing = asked.turn;
    }
    tell(`${why} Your question is in the box.`);
  }

  function stop() {
    const was = run;
    send("stop", { run });
    setTimeout(() => {
      if (run !== was) return;
      send("stop", { run, given_up: true }); // what it says later must not overwrite what is then shown
      lost("The server did not stop in time.");
    }, PATIENCE);
  }

  function ended() {
    run = "";
    tell();
    const deeds = waiting;
    waiting = [];
    deeds.forEach((deed) => later(deed));
  }

  const pages = documentPages({ one });
  const viewer = documentViewer({ one, all, say, box: () => box(), pages });
  const files = documentFiles({
    one,
    show,
    changed: () => {
      send("upload", here({ words: one("#filter-words").value }));
      send("focus");
    },
  });

  const checking = draftCheck({ one, send, say, fresh, documents: () => [...only] });

  // Suggestions are made for one visitor at a time: while it is another's turn nothing comes.
  function suggest(left = 5) {
    const stands = () => `${talk().conversation}/${talk().turns}`;
    const now = stands();
    send("apply", here());
    setTimeout(() => {
      if (left && !run && stands() === now && one("#chips")?.dataset.for !== now) suggest(left - 1);
    }, 3000);
  }

  // What a click means

  const deeds = {
    view: (button) => show(button.dataset.view, true),
    new: () => {
      stopped(() => send("select"));
      box().focus();
    },
    open: (button) => stopped(() => send("select", { conversation: button.dataset.open })),
    forget: (button) => {
      const conversation = button.dataset.forget;
      stopped(() => send("delete", { conversation, current: talk().conversation }));
    },
    forgetAll: () => stopped(() => send("delete", { everything: true })),
    question: (button) => {
      editing = 0;
      ask(button.dataset.question);
    },
    edit: (button) => {
      editing = Number(button.dataset.edit);
      box().value = button.dataset.text;
      tell();
      box().focus();
    },
    again: (button) => repeat(button.dataset.again, { again: true }),
    anywhere: (button) => repeat(button.dataset.anywhere, { anywhere: true, documents: [] }),
    thumb: (button) => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      const thumb = pressed ? "" : button.dataset.thumb;
      const turn = Number(button.dataset.turn);
      later(() => send("like", here({ turn, thumb })));
      say(pressed ? "Taken back" : "Thank you");
    },
    citation: (button) => {
      if (!button.closest("#reader")) viewer.from(button);
      const { turn, citation } = button.dataset;
      send("expand", here({ turn: Number(turn), citation: Number(citation), run: fresh() }));
    },
    read: (button) => {
      viewer.from(button);
      const { read: document, start = "0", quote = "" } = button.dataset;
      send("expand", { document, start: Number(start), quote, run: fresh() });
    },
    close: () => viewer.close(),
    leaf: (button) => pages.turn(Number(button.dataset.leaf)),
    zoom: (button) => pages.zoom(Number(button.dataset.zoom)),
    copy: (button) => copy(button.dataset.copy),
    fetch: (button) => copyFrom(button.dataset.fetch),
    sync: (button) => {
      button.disabled = true;
      files.sync();
    },
    remove: (button) => {
      only.delete(button.dataset.remove);
      tell();
      files.remove(button.dataset.remove);
    },
    sources: (button) => reach(one(`#source-${button.dataset.sources}`)),
    all: () => {
      only = new Set();
      tell();
    },
    cancel: () => {
      editing = 0;
      box().value = "";
      tell();
      box().focus();
    },
  };

  // What is being typed stays in the box.
  function repeat(turn, details) {
    editing = Number(turn);
    ask(one(`[data-edit="${turn}"]`).dataset.text, details);
  }

  function submit() {
    const asking = run === "unread" ? waiting.length > 0 : run !== ""; // unread, one question may wait for the page
    if (asking) return say("An answer is being written. Stop it, or wait for its end.");
    const question = box().value;
    box().value = "";
    ask(question);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) return;
    const deed = Object.keys(deeds).find((name) => name in button.dataset);
    if (button.id === "stop") return stop();
    if (!deed) return;
    event.preventDefault(); // gradio's <base> would make a fragment another page
    if (button.dataset.sure && !button.dataset.armed) return arm(button);
    deeds[deed](button);
  });

  function arm(button) {
    const text = button.textContent;
    button.dataset.armed = "yes";
    button.textContent = button.dataset.sure;
    say(`${button.dataset.sure} Press again.`);
    setTimeout(() => {
      delete button.dataset.armed;
      button.textContent = text;
    }, 4000);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("#ask, #check, #filter, #inside, #seek, [data-comment], [data-rename]")) return;
    event.preventDefault();
    if (form.id === "ask") submit();
    if (form.id === "check") checking.submit();
    if (form.id === "inside") viewer.step();
    if ("comment" in form.dataset) {
      const { comment: turn, thumb } = form.dataset;
      const comment = form.querySelector("textarea").value;
      later(() => send("like", here({ turn: Number(turn), thumb, comment })));
      say("Comment kept");
    }
    if ("rename" in form.dataset) {
      const { rename: conversation } = form.dataset;
      const title = form.querySelector("input").value;
      later(() => send("edit", { conversation, title, current: talk().conversation }));
      say("Renamed");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.dataset.reader) viewer.close();
    if (event.target.id !== "question" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  document.addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      if (event.target.id === "seek-words") later(() => send("key_up", { current: talk().conversation ?? "" }));
      if (event.target.id === "filter-words") send("input", { words: event.target.value });
      if (event.target.id === "inside-words") viewer.search(event.target.value);
    }, 150); // milliseconds without another letter
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "files") {
      files.add([...event.target.files]);
      event.target.value = "";
    }
    const id = event.target.dataset?.only;
    if (id === undefined) return;
    event.target.checked ? only.add(id) : only.delete(id);
    tell();
  });

  // The box

  const box = () => one("#question");

  function tell(notice = "") {
    const told = one("#told");
    const busy = run !== "" && run !== "unread";
    one("#stop").hidden = !busy;
    one("#ask [type=submit]").hidden = busy;
    told.textContent = notice;
    if (notice) say(notice);
    if (editing) note(told, `Question ${editing} anew: it and what follows will be replaced.`, "cancel", "Cancel");
    if (only.size) {
      const many = only.size === 1 ? "1 document" : `${only.size} documents`;
      note(told, `Asking only ${many}.`, "all", "Ask all");
    }
    told.hidden = !told.textContent;
    ticks();
  }

  function ticks() {
    for (const tick of all("[data-only]")) tick.checked = only.has(tick.dataset.only);
  }

  function note(place, text, deed, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset[deed] = "";
    button.textContent = label;
    place.append(`${text} `, button, " ");
  }

  function say(text) {
    const live = one("#live");
    if (live) live.textContent = text;
  }

  async function copyFrom(address) {
    const response = await fetch(address).catch(() => undefined);
    if (!response?.ok) return say("It could not be copied: the server does not give it.");
    await copy(await response.text());
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea"); // without https there is no clipboard
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say("Copied");
    document.body.dataset.copied = "yes";
    setTimeout(() => delete document.body.dataset.copied, 1500);
  }

  // What was drawn

  function drawn() {
    const { conversation, run: of, busy, turns, documents, refill } = talk();
    if (conversation === undefined || of === "unread") return;
    const idle = busy === "false";
    if (refill !== undefined) {
      one("#talk").removeAttribute("data-refill");
      if (!box().value) {
        box().value = refill;
        editing = of === run ? asked.turn : 0;
      }
    }
    if (conversation !== seen.conversation) arrived(conversation, documents, of);
    const begun = run && of === run && of !== seen.of;
    if (Number(turns) && (begun || turns !== seen.turns)) reach(one(`#turn-${turns}`), { focus: false });
    seen = { ...seen, conversation, turns, of };
    if (run === "unread") ended();
    if (run && of === run && idle) {
      const parts = one("#talk .notice") ? [] : all(`#answer-${turns} > p`); // a notice announces itself
      say(parts.map((part) => part.innerText).join(" ").slice(0, 600));
      ended();
      suggest();
    }
    const chips = one("#chips");
    if (chips) chips.hidden = run !== "" || chips.dataset.for !== `${conversation}/${turns}`;
  }

  // The conversation stands in the address, so that it is there again after a reload.
  function addressed(conversation) {
    const place = new URL(location);
    if (conversation) place.searchParams.set("conversation", conversation);
    else place.searchParams.delete("conversation");
    history.replaceState(history.state, "", place);
  }

  // A step back shows the same conversation, whatever stood there when that step was made.
  addEventListener("popstate", () => {
    if (seen.conversation !== undefined) addressed(seen.conversation);
  });

  function arrived(conversation, documents, of) {
    addressed(conversation);
    if (of && of === run) return; // the conversation has just begun
    only = new Set(JSON.parse(documents));
    if (editing) box().value = ""; // it was of the conversation before
    editing = 0;
    viewer.close(false);
    tell();
    suggest();
  }

  function reach(place, { focus = true } = {}) {
    if (!place) return;
    if (focus) place.focus({ preventScroll: true });
    place.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block: "start" });
  }

  function tabs() {
    for (const tab of all("#top [data-view]")) {
      if (tab.dataset.view === document.body.dataset.view) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  }

  function show(view, focus) {
    document.body.dataset.view = view;
    tabs();
    viewer.close(false);
    if (view === "documents") send("focus");
    if (!focus) return;
    const firsts = { documents: one("#shelf-title"), check: one("#checking-title") };
    (firsts[view] ?? box())?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  // Gradio draws in several steps; all of this is cheap.
  new MutationObserver(() => {
    if (!box()) return;
    drawn();
    viewer.opened();
    checking.drawn();
    ticks();
    tabs();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-busy", "data-run"] });

  return {
    connect(send) {
      trigger = send;
      show("chat");
    },
  };
})();
