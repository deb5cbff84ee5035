import type { ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import { errorHandler, sendProblem } from './http/errorHandler.ts';
import { openApiDocument } from './http/openapi.ts';
import { ProblemError } from './http/problemError.ts';
import { JSON_TYPES, requestHandler, type HandlerDependencies } from './http/requestHandler.ts';
import type { Route } from './http/route.ts';
import type { Log } from './ports/log.ts';

/** What is wrong right now, by store. Ready with faults is degraded. */
export type Readiness = { ready: boolean; faults: Record<string, string> };

export type AppDependencies = HandlerDependencies & {
	routes: readonly Route[];
	log: Log;
	/** Folder of the page. */
	webDir: string;
	/** Folder of the library that draws its charts. */
	chartsDir: string;
	readiness: () => Promise<Readiness>;
	renderMetrics: () => Promise<{ contentType: string; text: string }>;
};

const BODY_LIMIT = '2mb';

/** The HTTP face of the service; does not listen. */
export function createApp({
	routes,
	log,
	webDir,
	chartsDir,
	readiness,
	renderMetrics,
	...handler
}: AppDependencies): Express {
	const app = express();
	app.disable('x-powered-by');
	// Answers are never asked for again by their tag; hashing each one costs more than most lookups behind it.
	app.disable('etag');
	app.set('query parser', 'simple');

	// First of all what is asked thousands of times a second: each layer before it is one more look at the path.
	app.use(express.json({ limit: BODY_LIMIT, type: JSON_TYPES, strict: false }));
	for (const route of routes)
		app[route.method](expressPath(route.path), requestHandler(route, handler));

	app.get('/healthz', (_request, response) => {
		response.json({ status: 'ok' });
	});
	app.get('/readyz', async (_request, response) => {
		const { ready, faults } = await readiness();
		const status = Object.keys(faults).length === 0 ? 'ready' : 'degraded';
		response.status(ready ? 200 : 503).json({ status: ready ? status : 'not ready', faults });
	});
	app.get('/metrics', async (_request, response) => {
		const { contentType, text } = await renderMetrics();
		response.type(contentType).send(text);
	});
	const document = openApiDocument(routes);
	app.get('/openapi.json', (_request, response) => {
		response.json(document);
	});
	app.use(express.static(webDir, { setHeaders: setPageHeaders }));
	app.use('/charts', express.static(chartsDir, { setHeaders: setPageHeaders }));

	for (const path of new Set(routes.map((route) => route.path))) {
		const allowed = routes
			.filter((route) => route.path === path)
			.map(({ method }) => method.toUpperCase());
		app.all(expressPath(path), (_request, response) => {
			const detail = `Use ${allowed.join(' or ')}.`;
			const headers = { allow: allowed.join(', ') };
			sendProblem(response, new ProblemError('method-not-allowed', detail, { headers }));
		});
	}
	app.use((_request, response) => {
		sendProblem(
			response,
			new ProblemError('not-found', 'No endpoint has this address; /openapi.json lists them.'),
		);
	});
	app.use(errorHandler(log));
	return app;
}

/** The page loads nothing from elsewhere, and its key must not leak through a referrer or a frame. */
const PAGE_HEADERS = {
	'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
};

function setPageHeaders(response: ServerResponse): void {
	for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
}

function expressPath(path: string): string {
	return path.replace(/\{(\w+)\}/g, ':$1');
}
