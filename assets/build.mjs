// Builds core/web/static/dist and the icon sprite of the page. `--check` builds elsewhere and compares with what is committed.
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { own, tabler } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "..", "core", "web");
const modules = join(here, "node_modules");

// What is vendored as it comes: file in dist, where it is from, and the licence it stands under.
const vendored = [
  { file: "tabler.min.css", from: "@tabler/core/dist/css/tabler.min.css", name: "@tabler/core", holder: "2018-2026 The Tabler Authors", spdx: "MIT" },
  { file: "htmx.min.js", from: "htmx.org/dist/htmx.min.js", name: "htmx.org", licence: "htmx.org/LICENSE", spdx: "0BSD" },
  { file: "alpine-csp.min.js", from: "@alpinejs/csp/dist/cdn.min.js", name: "@alpinejs/csp", holder: "2019-2025 Caleb Porzio and contributors", spdx: "MIT" },
];
// Two packages name MIT in their metadata and bring no file with it.
const mit = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const css = ["dovetail", "noscript", "document"];

async function sprite() {
  const shapes = await Promise.all([...tabler].sort().map(async (name) => {
    const svg = await readFile(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return [name, inner.replace(/\s*\n\s*/g, "").replace(/<path stroke="none"[^>]*>/g, "").replace(/ \/>/g, "/>")];
  }));
  const all = [...shapes, ...Object.entries(own)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `<svg class="dt-sr" width="0" height="0" aria-hidden="true"><defs>\n${all.map(([name, inner]) => `<g id="i-${name}">${inner}</g>`).join("\n")}\n</defs></svg>\n`;
}

async function licences() {
  const parts = [];
  const bundled = ["@tabler/icons", "uplot"].map((name) => ({ name, licence: `${name}/LICENSE`, spdx: "MIT" }));
  for (const item of [...vendored, ...bundled]) {
    const { version } = JSON.parse(await readFile(join(modules, item.name, "package.json"), "utf8"));
    const text = item.licence ? await readFile(join(modules, item.licence), "utf8") : mit(item.holder);
    parts.push(`${item.name} ${version} (${item.spdx})\n\n${text.trim()}\n`);
  }
  parts.push(`Inter variable, latin subset (OFL-1.1)\n\n${(await readFile(join(here, "fonts", "LICENSE.inter"), "utf8")).trim()}\n`);
  return parts.join(`\n${"-".repeat(79)}\n\n`);
}

async function bundle(out) {
  const options = { bundle: true, minify: true, charset: "utf8", legalComments: "none", logLevel: "warning", target: ["chrome120", "firefox121", "safari17"] };
  await build({ ...options, entryPoints: css.map((name) => join(web, "static/css", `${name}.css`)), outdir: out, external: ["*.woff2"] });
  await build({ ...options, entryPoints: [join(web, "static/js/dovetail.js")], outdir: out, format: "esm" });
  await build({ ...options, entryPoints: [join(web, "static/js/stream.js")], outdir: out, format: "esm" });
  await build({ ...options, entryPoints: [join(web, "static/js/passkey.js")], outdir: out, format: "esm" });
  await build({ ...options, entryPoints: [join(web, "static/js/chart.js")], outdir: out, format: "esm", nodePaths: [modules] });
  await build({ ...options, entryPoints: [join(web, "static/js/first.js")], outdir: out, format: "iife" });
}

async function manifest(out) {
  const files = (await readdir(out)).filter((name) => name !== "manifest.json").sort();
  const entries = await Promise.all(files.map(async (name) => {
    const bytes = await readFile(join(out, name));
    return [name, { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length }];
  }));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

async function make(out, spritePath) {
  await mkdir(out, { recursive: true });
  for (const { file, from } of vendored) {
    const text = await readFile(join(modules, from), "utf8");
    await writeFile(join(out, file), text.replace(/\n?\/[/*]# sourceMappingURL=.*$/m, ""));
  }
  await cp(join(here, "fonts", "inter-latin-wght-normal.woff2"), join(out, "inter-latin-wght-normal.woff2"));
  await cp(join(web, "static/icon.svg"), join(out, "icon.svg"));
  await bundle(out);
  await writeFile(join(out, "LICENSES.txt"), await licences());
  await writeFile(spritePath, await sprite());
  await writeFile(join(out, "manifest.json"), await manifest(out));
}

async function templates(folder) {
  const found = await readdir(folder, { recursive: true });
  return Promise.all(found.filter((name) => name.endsWith(".jinja")).map((name) => readFile(join(folder, name), "utf8")));
}

// A template that names an icon outside the list would show a hole.
async function missingIcons() {
  const known = new Set([...tabler, ...Object.keys(own)]);
  const source = (await templates(join(web, "templates"))).join("\n");
  const named = [...source.matchAll(/(?:icon\(|icon_name=|icon=)"([a-z0-9-]+)"/g)].map((match) => match[1]);
  return [...new Set(named)].filter((name) => !known.has(name));
}

async function differences(fresh, committed) {
  const names = new Set([...await readdir(fresh), ...await readdir(committed)]);
  const same = async (name) => {
    const [a, b] = await Promise.all([fresh, committed].map((folder) => readFile(join(folder, name)).catch(() => null)));
    return a !== null && b !== null && a.equals(b);
  };
  const checked = await Promise.all([...names].sort().map(async (name) => [name, await same(name)]));
  return checked.filter(([, equal]) => !equal).map(([name]) => name);
}

async function check() {
  const scratch = await mkdtemp(join(tmpdir(), "dovetail-assets-"));
  try {
    const icons = join(scratch, "icons.svg");
    await make(join(scratch, "dist"), icons);
    const different = await differences(join(scratch, "dist"), join(web, "static/dist"));
    const committed = await readFile(join(web, "templates/icons.svg")).catch(() => Buffer.alloc(0));
    if (!committed.equals(await readFile(icons))) different.push("templates/icons.svg");
    return different;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

const unknown = await missingIcons();
if (unknown.length) {
  console.error(`Templates name icons that assets/icons.mjs does not list: ${unknown.join(", ")}`);
  process.exit(1);
}
if (process.argv.includes("--check")) {
  const different = await check();
  console.log(different.length ? `Not as committed, run "node assets/build.mjs": ${different.join(", ")}` : "dist is as committed");
  process.exitCode = different.length ? 1 : 0;
} else {
  await rm(join(web, "static/dist"), { recursive: true, force: true });
  await make(join(web, "static/dist"), join(web, "templates/icons.svg"));
}
