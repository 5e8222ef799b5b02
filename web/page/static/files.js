// Files that are added to the documents, taken in from the folder and taken from them; `changed` is called when that is done.
function documentFiles({ one, show, changed }) {
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const zone = one("#drop");
      zone.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      show("documents");
      add([...event.dataTransfer.files]);
    });
  }

  async function add(files) {
    if (!files.length) return;
    const form = new FormData();
    let lines = [];
    for (const file of files) {
      form.append("files", file, file.name);
      lines.push({ name: file.name.normalize("NFC"), line: log(file.name, "sending …") });
    }
    const whole = log("", "");
    try {
      await stream("v1/documents", { method: "POST", body: form }, (event) => {
        const settled = lines.find(({ name }) => name === event.name.split("/").at(-1));
        lines = lines.filter((other) => other !== settled);
        write(settled?.line ?? whole, event);
      });
    } catch (problem) {
      const failed = { kind: "failed", name: "", detail: `Not added: ${problem.message}` };
      for (const line of [whole, ...lines.map(({ line }) => line)]) write(line, failed);
    }
    changed();
  }

  async function sync() {
    const whole = log("", "Reading what has changed …");
    try {
      await stream("v1/documents/sync", { method: "POST" }, (event) => {
        write(event.kind === "refused" ? log(event.name, "") : whole, event);
      });
    } catch (problem) {
      write(whole, { kind: "failed", name: "", detail: `Not taken in: ${problem.message}` });
    }
    changed();
  }

  async function remove(id) {
    const line = log(id, "removing …");
    const address = `v1/documents/${id.split("/").map(encodeURIComponent).join("/")}`;
    try {
      const response = await fetch(address, { method: "DELETE" });
      const told = await response.json();
      if (!response.ok) throw new Error(told.error.message);
      write(line, { kind: "added", name: id, detail: told.detail });
    } catch (problem) {
      write(line, { kind: "failed", name: id, detail: problem.message });
    }
    changed();
  }

  function log(name, text) {
    const line = document.createElement("li");
    line.textContent = name ? `${name}: ${text}` : text;
    one("#added").append(line);
    return line;
  }

  function write(line, event) {
    line.textContent = event.name ? `${event.name}: ${event.detail}` : event.detail;
    line.className = event.kind;
  }

  async function stream(address, request, each) {
    const response = await fetch(address, request);
    if (!response.ok) throw new Error((await response.json()).error.message);
    let rest = "";
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      const lines = (rest + piece.value).split("\n");
      rest = lines.pop();
      for (const line of lines) each(JSON.parse(line));
    }
  }

  return { add, remove, sync };
}
