// Puts what is served as its package has it into static/: Swagger UI, and the licences of all that the page contains.
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const SWAGGER = 'static/swagger';
const LICENCES = 'static/licences.txt';
const CONTAINED = [
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
  '@sveltejs/kit',
  'dompurify',
  'highlight.js',
  'katex',
  'markdown-it',
  'mermaid',
  'svelte',
  'swagger-ui-dist',
  'uplot',
];

const require = createRequire(import.meta.url);

/** The folder that a package is installed in. */
function folderOf(name) {
  return join(dirname(require.resolve('svelte/package.json')), '..', name);
}

/** A package's name, version and licence, as text. */
async function describe(name) {
  const folder = folderOf(name);
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return `${name} ${version}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}

await mkdir(SWAGGER, { recursive: true });
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
  await copyFile(join(folderOf('swagger-ui-dist'), name), join(SWAGGER, name));
}
const licences = await Promise.all(CONTAINED.map(describe));
await writeFile(LICENCES, licences.join(`\n${'-'.repeat(80)}\n\n`));
