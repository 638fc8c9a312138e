// Builds the script of the report page, and writes it with the licences of what is in it to `src/html` of this crate,
// where it is committed. `--check` compares instead of writing. `OUT` names another folder to write to or compare with.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = process.env.OUT ?? join(HERE, "../src/html");
const ALLOWED = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"];
const LARGEST = 120_000;

async function bundle() {
  const built = await build({
    absWorkingDir: HERE,
    entryPoints: ["src/main.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  return { code: built.outputFiles[0].text.trim(), packages: packagesIn(Object.keys(built.metafile.inputs)) };
}

/** The packages whose files are in the bundle, by name. */
function packagesIn(inputs) {
  const names = inputs.map((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean);
  return [...new Set(names)].sort().map((name) => {
    const folder = join(HERE, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (!ALLOWED.includes(license)) throw new Error(`${name} ${version}: the licence ${license} is not allowed`);
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"].map((one) => join(folder, one)).find(existsSync);
    if (!file) throw new Error(`${name} ${version} has no licence text`);
    return { name, version, license, text: readFileSync(file, "utf8").trim() };
  });
}

function banner(packages) {
  const list = packages.map(({ name, version, license }) => `${name} ${version} (${license})`).join(", ");
  return `/*! The script of the Kundresa report (MIT OR Apache-2.0), with ${list}. The page shows their licences. */`;
}

function licences(packages) {
  return packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`).join("\n\n");
}

/** What a script inside a page must not hold. */
function examine(code) {
  for (const forbidden of ["</script", "<!--", "eval(", "new Function", "fetch(", "XMLHttpRequest", "import("]) {
    if (code.toLowerCase().includes(forbidden.toLowerCase())) throw new Error(`the bundle holds \`${forbidden}\``);
  }
  for (const file of readdirSync(join(HERE, "src"))) {
    const markup = /innerHTML|outerHTML|insertAdjacentHTML|\.html\(|document\.write/.exec(readFileSync(join(HERE, "src", file), "utf8"));
    if (markup) throw new Error(`${file} reads text as markup: \`${markup[0]}\``);
  }
  if (code.length > LARGEST) throw new Error(`the bundle has ${code.length} bytes, more than ${LARGEST}`);
}

/** Every package that takes part, those that only build included, has an allowed licence and comes from no host of its own. */
function examineLock() {
  const { packages } = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8"));
  for (const [path, { license, resolved }] of Object.entries(packages)) {
    if (path !== "" && !ALLOWED.includes(license)) throw new Error(`${path}: the licence ${license} is not allowed`);
    if (resolved) throw new Error(`${path}: the lock file names a host; it has to leave that to npm's settings`);
  }
}

examineLock();
const { code, packages } = await bundle();
const files = { "script.js": `${banner(packages)}\n${code}\n`, "script-licences.txt": licences(packages) };
examine(files["script.js"]);
for (const [name, content] of Object.entries(files)) {
  const path = join(OUT, name);
  if (!process.argv.includes("--check")) {
    writeFileSync(path, content);
    console.log(`${name}: ${content.length} bytes`);
  } else if (!existsSync(path) || readFileSync(path, "utf8") !== content) {
    console.error(`${name} is not what its sources build; run \`npm run build\` in crates/report/front`);
    process.exitCode = 1;
  }
}
