/** Strips the types of a file for jest, by the esbuild that bundles the handlers: a clean checkout has no cache, and types are checked beside the tests anyhow. */
const { createHash } = require('crypto');
const { readFileSync } = require('fs');
const { transformSync, version } = require('esbuild');

const OPTIONS = { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'inline', sourcesContent: false };

module.exports = {
  getCacheKey: source => createHash('sha256').update(source).update(readFileSync(__filename)).update(version).digest('hex'),
  process: (source, sourcefile) => ({ code: transformSync(source, { ...OPTIONS, sourcefile }).code }),
};
