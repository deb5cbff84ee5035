import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(createRequire(import.meta.url).resolve('n8n-workflow')).href;

/** Once imported, `n8n-workflow` is its CommonJS form, as n8n itself loads it; Node cannot load the other one. */
registerHooks({
	resolve: (specifier, context, next) =>
		specifier === 'n8n-workflow'
			? { url, format: 'commonjs', shortCircuit: true }
			: next(specifier, context),
});
