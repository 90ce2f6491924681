// Puts what is served as its package has it into static/: Swagger UI.
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const SWAGGER = 'static/swagger';

const require = createRequire(import.meta.url);
const packages = join(dirname(require.resolve('svelte/package.json')), '..');

await mkdir(SWAGGER, { recursive: true });
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
  await copyFile(join(packages, 'swagger-ui-dist', name), join(SWAGGER, name));
}
