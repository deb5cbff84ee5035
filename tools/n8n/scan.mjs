import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

/**
 * The lint of n8n's verification scanner, offline: the same rules over the sources and over what the package ships,
 * with `eslint-disable` comments ignored. What it cannot check here is the provenance of a publication.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The scanner reads the first line from the public repository and the second from the tarball. */
const SOURCES = ['package.json', 'nodes/**/*.{ts,json}', 'credentials/**/*.ts', 'core/**/*.ts'];
const SHIPPED = ['dist/{nodes,credentials,core}/**/*.{js,json}'];

if (!existsSync(join(root, 'dist'))) fail('There is no dist/ to scan: run npm run build first');

const { buildScanConfig } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
const eslint = new ESLint({
	cwd: root,
	allowInlineConfig: false,
	overrideConfigFile: true,
	overrideConfig: await buildScanConfig(),
});
const results = await eslint.lintFiles([...SOURCES, ...SHIPPED]);
const formatter = await eslint.loadFormatter('stylish');
const report = await formatter.format(results);
if (report) console.log(report);

// As in the real scanner, warnings are shown and only errors fail.
const errors = results.reduce((sum, { errorCount }) => sum + errorCount, 0);
if (errors > 0) fail(`${errors} errors in ${results.length} files`);
console.log(`Scan passed: ${results.length} files`);

function fail(message) {
	console.error(message);
	process.exit(1);
}
