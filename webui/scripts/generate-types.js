// `npm run types -- FILE`: writes the types of the API from its OpenAPI document.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const TARGET = 'src/lib/api/schema.ts';

const source = process.argv[2];
if (!source) {
  console.error('Which document? Run: npm run types -- path/to/openapi.json');
  process.exit(1);
}
const document = JSON.parse(await readFile(source, 'utf8'));
for (const item of Object.values(document.paths)) {
  for (const operation of Object.values(item)) {
    // Every failure has the same shape, which the client reads by itself.
    operation.responses = Object.fromEntries(
      Object.entries(operation.responses).filter(([status]) => status.startsWith('2')),
    );
    // What it says stands in the API pages; here only the shapes count.
    delete operation.description;
  }
}
const transform = (schema) => {
  delete schema.title;
  return undefined;
};
const code = astToString(
  await openapi(document, { alphabetize: true, exportType: true, defaultNonNullable: false, transform }),
);
const header = '// Generated from the OpenAPI document by `npm run types`. Do not edit.\n\n';
const options = await resolveConfig(TARGET);
await writeFile(TARGET, await format(header + code, { ...options, filepath: TARGET }));
