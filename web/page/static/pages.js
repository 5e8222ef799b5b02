// The pages of the PDF that is open, as they look, with the quoted words in boxes.
function documentPages({ one }) {
  const WIDTHS = [100, 150, 200, 300]; // percent of the room there is
  let width = 0; // which of them

  function opened() {
    if (one("#sheet")) show();
  }

  function turn(by) {
    const sheet = one("#sheet");
    sheet.dataset.page = Number(sheet.dataset.page) + by;
    show();
  }

  function zoom(by) {
    width = Math.min(Math.max(width + by, 0), WIDTHS.length - 1);
    scale();
    draw();
    center();
  }

  async function show() {
    const sheet = one("#sheet");
    const { page, pages, start, end } = sheet.dataset;
    one("#sheet .where").textContent = `Page ${page} of ${pages}`;
    one("#sheet [data-leaf='-1']").disabled = page === "1";
    one("#sheet [data-leaf='1']").disabled = page === pages;
    tell("");
    try {
      const response = await fetch(address("pages", { page, start, end }));
      const marks = await response.json();
      if (!sheet.isConnected || sheet.dataset.page !== page) return; // another was asked for meanwhile
      if (!response.ok) throw new Error(marks.error.message);
      mark(marks);
      const first = sheet.dataset.cited === undefined;
      sheet.dataset.cited = "";
      if (first && start !== end && !marks.rectangles.length)
        tell("The quoted words were not found on this page; they stand in the text below.");
    } catch (problem) {
      if (!sheet.isConnected || sheet.dataset.page !== page) return;
      one("#sheet .desk").hidden = true;
      tell(`The page cannot be shown: ${problem.message}. Its text stands below.`);
    }
  }

  function mark({ width, height, rectangles }) {
    const boxes = rectangles.map(([left, top, right, bottom]) => {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const place = { x: left - 2, y: top - 1, width: right - left + 4, height: bottom - top + 2 };
      for (const [name, value] of Object.entries(place)) box.setAttribute(name, value);
      return box;
    });
    const marks = one("#sheet svg");
    marks.setAttribute("viewBox", `0 0 ${width} ${height}`);
    marks.replaceChildren(...boxes);
    const image = one("#sheet img");
    image.width = width;
    image.height = height;
    image.alt = one("#sheet .where").textContent;
    one("#sheet .desk").hidden = false;
    scale();
    draw();
    center();
  }

  function scale() {
    one("#sheet .leaf").style.width = `${WIDTHS[width]}%`;
    one("#sheet [data-zoom='-1']").disabled = width === 0;
    one("#sheet [data-zoom='1']").disabled = width === WIDTHS.length - 1;
  }

  function draw() {
    const { page } = one("#sheet").dataset;
    const source = address("page-images", { page, scale: width ? 3 : 1.5 });
    const image = one("#sheet img");
    if (image.getAttribute("src") !== source) image.src = source;
  }

  // The first box comes into view, or else the top of the page.
  function center() {
    const desk = one("#sheet .desk");
    const place = one("#sheet rect")?.getBoundingClientRect();
    const room = desk.getBoundingClientRect();
    if (!place) return desk.scrollTo(0, 0);
    desk.scrollTop += place.top - room.top - room.height / 3;
    desk.scrollLeft += place.left - room.left - room.width / 4;
  }

  function address(door, query) {
    const id = one("#sheet").dataset.document.split("/").map(encodeURIComponent).join("/");
    return `v1/${door}/${id}?${new URLSearchParams(query)}`;
  }

  function tell(text) {
    one("#sheet [role=status]").textContent = text;
  }

  return { opened, turn, zoom };
}
