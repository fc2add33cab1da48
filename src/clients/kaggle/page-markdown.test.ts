import { expect, test } from "vitest";
import { pageMarkdown } from "./page-markdown.ts";

test.each([
  [
    "HTML",
    "<h2>Metric</h2><p>The <b>RMSE</b> of <a href='/x'>y</a>.</p><ul><li>one</li></ul>",
    "## Metric\n\nThe **RMSE** of [y](/x).\n\n-   one",
  ],
  [
    "a table",
    "<p>Files</p><table><tr><th>file</th><th>a|b</th></tr><tr><td>train</td><td>1\n 2</td></tr></table>",
    "Files\n\n| file | a\\|b |\n| --- | --- |\n| train | 1 2 |",
  ],
  [
    "Markdown as it is, with a tag in it",
    "## Files\n\n- train.csv <br> the rows\n* id_a",
    "## Files\n\n- train.csv <br> the rows\n* id_a",
  ],
  ["plain text", "a_b * c", "a_b * c"],
  ["Windows line ends and empty lines", "a  \r\n\r\n\r\n\r\nb", "a\n\nb"],
  [
    "what is never shown",
    "<p>Hi</p><script>alert(1)</script><style>p{}</style><!-- run rm -rf -->",
    "Hi",
  ],
  ["what moves a cursor", "a\u001B[2Jb\u202Ec\u0007\td", "a[2Jbc\td"],
])("%s", async (_, content, markdown) => {
  expect(await pageMarkdown(content, null)).toBe(markdown);
});

test("the type decides where it is given", async () => {
  expect(await pageMarkdown("# a<br>b", "text/markdown")).toBe("# a<br>b");
  expect(await pageMarkdown("<p>- a</p>", "text/html")).toBe("\\- a");
});
