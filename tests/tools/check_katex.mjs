// Read a JSON list of formulas, draw each with KaTeX in strict mode, print a JSON list of [place, formula, error].
import katex from "katex";

let text = "";
for await (const part of process.stdin) text += part;
const failed = [];
for (const [place, formula] of JSON.parse(text).entries()) {
  try {
    katex.renderToString(formula, { strict: "error", throwOnError: true, displayMode: true });
  } catch (error) {
    failed.push([place, formula, String(error)]);
  }
}
console.log(JSON.stringify(failed));
