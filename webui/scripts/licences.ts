/** Whose work is in the page: a build writes it down in `licences.json` beside the page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const PACKAGES = '/node_modules/';

interface Contained {
  ecosystem: 'npm';
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The folder of the package that a module belongs to; null for a module of ours, and for one without a file. */
export function folderOf(module: string): string | null {
  const begin = module.lastIndexOf(PACKAGES);
  if (begin < 0 || module.startsWith('\0')) return null;
  const [first = '', second = ''] = module.slice(begin + PACKAGES.length).split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return module.slice(0, begin + PACKAGES.length) + name;
}

/** A package as its own files describe it. */
export function describe(folder: string): Contained {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { ecosystem: 'npm', name, version, licence: license ?? '', text: texts.join('\n\n') };
}

/** Writes down every package of which a module was built in, and those that are copied as they are. */
export function licences(copied: string[]): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const { name, config } = this.environment;
      if (name !== 'client') return;
      // Fonts and pictures are no modules.
      const files = Object.values(bundle).flatMap((output) =>
        output.type === 'asset' ? output.originalFileNames.map((file) => join(config.root, file)) : [],
      );
      const folders = new Set([...this.getModuleIds(), ...files].map((module) => folderOf(module)));
      for (const name of copied) folders.add(join(config.root, 'node_modules', name));
      const contained = [...folders].filter((folder) => folder !== null).map(describe);
      contained.sort((one, other) => (one.name + one.version < other.name + other.version ? -1 : 1));
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify(contained) });
    },
  };
}
