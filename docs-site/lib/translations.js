import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './repository.js';

/** The languages of jsii, by the targets for which a package may be published. */
const LANGUAGE_OF = { python: 'python', java: 'java', dotnet: 'csharp', go: 'go' };

/**
 * The translations of snippets of TypeScript into the languages that the package is published for, by snippet.
 * What jsii-rosetta does not compile, or cannot translate, has none: the page then shows TypeScript only.
 */
export async function translate(snippets) {
  const { targets } = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
  const languages = Object.keys(targets).flatMap(target => LANGUAGE_OF[target] ?? []);
  if (languages.length === 0) return new Map();
  const { RosettaTranslator } = createRequire(join(ROOT, 'package.json'))('jsii-rosetta');
  const installed = name => ({ type: 'concrete', resolvedDirectory: join(ROOT, 'node_modules', name) });
  const compilationDependencies = {
    'cdk-multi-region': { type: 'concrete', resolvedDirectory: ROOT },
    ...Object.fromEntries(['aws-cdk-lib', 'constructs', 'cdk-nag'].map(name => [name, installed(name)])),
  };
  const translator = new RosettaTranslator({ includeCompilerDiagnostics: true });
  await translator.translateAll([...new Set(snippets)].map((visibleSource, i) => (
    { visibleSource, location: { api: { api: 'file', fileName: `snippet-${i}` } }, compilationDependencies }
  )));
  return new Map(translator.tablet.translatedSnippets.filter(({ snippet }) => snippet.didCompile).map(translated => [
    translated.originalSource.source.trimEnd(),
    Object.fromEntries(languages.flatMap(language => {
      const source = translated.get(language)?.source;
      return source ? [[language, language === 'go' ? withModule(source, targets.go) : source]] : [];
    })),
  ]));
}

/** Go with the module's own path, for which jsii-rosetta writes a stand-in. */
const withModule = (source, { moduleName, packageName = 'cdkmultiregion' }) => source.replace(/"github\.com\/aws-samples\/dummy\/cdkmultiregion"/g, `"${moduleName}/${packageName}"`);
