// The editor of the SQL page: colours, and completion by the views and columns that stand on the page itself. Without scripts the plain
// text field asks the same.
"use strict";
(() => {
  const views = {};
  for (const view of document.querySelectorAll("details[data-view]")) {
    views[view.dataset.view] = [...view.querySelectorAll("li > code")].map((column) => column.textContent);
  }
  const keywords = Object.keys(CodeMirror.resolveMode("text/x-sql").keywords).map((word) => word.toUpperCase());

  // The columns that stand behind `name.`: of a view, or of the one that `FROM view AS name` calls so.
  const columnsOf = (name, text) => {
    const called = Object.keys(views).find((view) => new RegExp(`${view}\\s+(AS\\s+)?${name}(?![\\p{L}\\p{N}_])`, "iu").test(text));
    return views[name] || views[called] || [];
  };

  const complete = (editor) => {
    const cursor = editor.getCursor();
    const text = editor.getValue();
    const [, name, word] = /(?:([\p{L}\p{N}_]+)\.)?([\p{L}\p{N}_]*)$/u.exec(editor.getLine(cursor.line).slice(0, cursor.ch));
    const named = Object.keys(views).filter((view) => text.includes(view));
    const words = name ? columnsOf(name, text) : [...named.flatMap((view) => views[view]), ...Object.keys(views), ...keywords];
    const begun = word.toLowerCase();
    const list = [...new Set(words)].filter((one) => one.toLowerCase().startsWith(begun) && one !== word);
    return { list, from: CodeMirror.Pos(cursor.line, cursor.ch - word.length), to: cursor };
  };

  const field = document.getElementById("q");
  const editor = CodeMirror.fromTextArea(field, {
    mode: "text/x-sql",
    lineWrapping: true,
    viewportMargin: Infinity,
    screenReaderLabel: field.labels[0].textContent,
    hintOptions: { hint: complete, completeSingle: false },
    // Tab leaves the editor, as it leaves any other field.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Space": "autocomplete", "Ctrl-Enter": () => field.form.requestSubmit() },
  });
  field.labels[0].addEventListener("click", () => editor.focus());
  editor.on("inputRead", (_, change) => {
    if (/[\p{L}_.]$/u.test(change.text[0])) editor.showHint();
  });
})();
