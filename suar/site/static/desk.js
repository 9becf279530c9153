/* The read field of the desk: a scanner's MRZ, a passport number, a NIK or a name goes to its field; check digits show at once.
   Layout and check digits: ICAO 9303 parts 3 and 4 (TD3). The server reads everything again; this is only for the officer's eye. */
(() => {
  "use strict";
  const form = document.getElementById("read");
  const scan = form?.querySelector("[data-scan]");
  if (!scan) return;
  const checks = document.getElementById("scan-checks");
  const missing = document.getElementById("missing");
  const field = (name) => form.elements[name];
  const put = (name, value) => { if (field(name) && value) field(name).value = value; };

  const worth = (mark) => mark === "<" ? 0 : /[0-9]/.test(mark) ? Number(mark) : mark.charCodeAt(0) - 55;
  const digit = (text) => String([...text].reduce((sum, mark, place) => sum + worth(mark) * [7, 3, 1][place % 3], 0) % 10);
  const right = (text, check) => digit(text) === check || (check === "<" && /^<*$/.test(text));
  const century = (yy) => yy > new Date().getFullYear() % 100 ? 1900 : 2000;
  const born = (text) => `${century(Number(text.slice(0, 2))) + Number(text.slice(0, 2))}-${text.slice(2, 4)}-${text.slice(4, 6)}`;

  const readMrz = (text) => {
    const lines = text.toUpperCase().split(/\s+/).filter((one) => one);
    const found = lines.findIndex((one, place) => /^P[A-Z<]/.test(one) && one.length === 44 && lines[place + 1]?.length === 44);
    return found < 0 ? null : [lines[found], lines[found + 1]];
  };

  const show = (results) => {
    checks.replaceChildren(...results.map(([name, ok]) => {
      const item = document.createElement("li");
      item.textContent = `${checks.dataset[name]} ${ok ? checks.dataset.right : checks.dataset.wrong}`;
      if (!ok) item.dataset.wrong = "";
      return item;
    }));
  };

  const fillFromMrz = ([first, second]) => {
    show([
      ["passport_no", right(second.slice(0, 9), second[9])],
      ["birth", right(second.slice(13, 19), second[19])],
      ["expiry", right(second.slice(21, 27), second[27])],
      ["whole", right(second.slice(0, 10) + second.slice(13, 20) + second.slice(21, 43), second[43])],
    ]);
    const [surname, given = ""] = first.slice(5).replace(/<+$/, "").split("<<");
    put("full_name", `${given} ${surname}`.replace(/</g, " ").replace(/\s+/g, " ").trim());
    put("passport_no", second.slice(0, 9).replace(/</g, ""));
    if (/^[0-9]{6}$/.test(second.slice(13, 19))) put("birth_date", born(second.slice(13, 19)));
    put("sex", { M: "1", F: "2" }[second[20]] ?? "");
    const personal = second.slice(28, 42).replace(/</g, "");
    if (/^[0-9]{16}$/.test(personal)) put("nik", personal);
  };

  /* Once a scan: what the officer has corrected since is not overwritten. */
  let sorted = scan.value.trim();
  const sort = () => {
    const text = scan.value.trim();
    if (!text || text === sorted) return;
    sorted = text;
    const lines = readMrz(text);
    if (lines) return fillFromMrz(lines);
    checks.replaceChildren();
    const plain = text.replace(/[\s.-]/g, "").toUpperCase();
    const name = /^[0-9]{16}$/.test(plain) ? "nik" : /^[A-Z]{1,2}[0-9]{6,7}$/.test(plain) ? "passport_no" : /^[\p{L}][\p{L} .,'’`-]+$/u.test(text) ? "full_name" : "";
    if (name && field(name)) { put(name, name === "full_name" ? text : plain); scan.value = ""; }
  };

  const wanted = () => [...form.elements].filter((one) => one.required && !one.value.trim() && one !== scan);
  const nextMissing = () => {
    const left = wanted();
    missing.textContent = left.length ? `${missing.dataset.words} ${left.map((one) => form.querySelector(`label[for="${one.id}"]`)?.firstChild.textContent.trim()).join(", ")}` : "";
    if (left.length) { left[0].closest("details").open = true; left[0].focus(); }
    return left.length > 0;
  };

  scan.addEventListener("input", () => { if (readMrz(scan.value)) sort(); });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.target.matches("button, summary, a")) return;
    const first = event.target === scan && /^P[A-Z<]/i.test(scan.value.trim()) && !readMrz(scan.value);
    if (first) return; // the scanner sends the second line next
    event.preventDefault();
    if (event.target === scan) sort();
    if (!nextMissing()) form.requestSubmit();
  });
  form.addEventListener("submit", () => { sort(); document.getElementById("no-answer").hidden = true; });

  /* More of the journey opens by itself where the purpose asks for it; what the officer closed stays closed. */
  const more = form.querySelector("[data-opens-for]");
  field("declared_purpose").addEventListener("change", (event) => {
    if (more.dataset.opensFor.split(" ").includes(event.target.value)) more.open = true;
  });

  /* What has to be mended is marked where it stands, and the place that holds it is open. */
  const mark = (answer) => {
    for (const one of form.querySelectorAll("[data-marked]")) { one.removeAttribute("aria-invalid"); delete one.dataset.marked; }
    for (const link of answer.querySelectorAll(".govuk-error-summary a")) {
      const wrong = document.getElementById(link.hash.slice(1));
      if (!wrong) continue;
      wrong.setAttribute("aria-invalid", "true");
      wrong.dataset.marked = "";
      for (let around = wrong.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    }
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "answer") return;
    mark(event.target);
    if (event.target.querySelector(".band")) form.querySelector(".desk__more").open = false;
  });
  const noAnswer = (event) => {
    const notice = document.getElementById("no-answer");
    notice.hidden = false;
    notice.querySelector("[data-reference]").textContent = event.detail.xhr?.getResponseHeader("X-Reference") ?? "";
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, noAnswer);
})();
