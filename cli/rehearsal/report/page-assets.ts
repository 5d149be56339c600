import { existsSync, readFileSync } from 'fs';
import { join } from 'path';

/** The code and the style of the page, each as one text. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

let assets: PageAssets | undefined;

/** Returns the code and the style of the page, as they were bundled. */
export function pageAssets(): PageAssets {
  assets ??= { script: pageAsset('page.js'), style: pageAsset('page.css') };
  return assets;
}

/** Reads a file of the bundled page, which is beside the command, and in `bin` of the repository where the command is not bundled. */
export function pageAsset(name: string): string {
  const file = [join(__dirname, 'page', name), join(__dirname, '../../../bin/page', name)].find(existsSync);
  if (file === undefined) throw new Error(`bin/page/${name} is missing: in a clone, npx projen bundle makes it; elsewhere, install the package again`);
  return readFileSync(file, 'utf8');
}
