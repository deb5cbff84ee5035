import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { loadDouble } from '../doubles/loadDouble.ts';

/** The part of Playwright's page that is used here. */
export interface Page {
	goto: (url: string) => Promise<unknown>;
	/** Runs an expression in the page. */
	evaluate: (expression: string) => Promise<unknown>;
	on: (event: 'console' | 'pageerror' | 'request', listener: (seen: Seen) => void) => void;
	locator: (selector: string) => Locator;
	keyboard: { press: (key: string) => Promise<void> };
	setViewportSize: (size: { width: number; height: number }) => Promise<void>;
	mouse: { move: (x: number, y: number) => Promise<void> };
	screenshot: (options: ScreenshotOptions) => Promise<Uint8Array>;
	waitForResponse: (matches: (response: { url: () => string }) => boolean) => Promise<{
		json: () => Promise<unknown>;
	}>;
}

/** A message of the console, an error or a request. */
interface Seen {
	type?: () => string;
	text?: () => string;
	url?: () => string;
	message?: string;
}

/** Elements of the page; what is done with them waits until there is one that takes it. */
export interface Locator {
	waitFor: (options?: { state?: 'visible' | 'hidden'; timeout?: number }) => Promise<void>;
	screenshot: (options: ScreenshotOptions) => Promise<Uint8Array>;
	count: () => Promise<number>;
	locator: (selector: string) => Locator;
	click: () => Promise<void>;
	dblclick: () => Promise<void>;
	hover: (options?: { force?: boolean }) => Promise<void>;
	fill: (text: string) => Promise<void>;
	dragTo: (target: Locator) => Promise<void>;
	allInnerTexts: () => Promise<string[]>;
	getAttribute: (name: string) => Promise<string | null>;
}

interface ScreenshotOptions {
	path?: string;
	type: 'png';
	/** CSS that holds while the picture is taken. */
	style?: string;
	/** `disabled` takes it as it is when every transition has ended. */
	animations?: 'disabled';
}

interface BrowserContext {
	addCookies: (cookies: Array<{ name: string; value: string; url: string }>) => Promise<void>;
	newPage: () => Promise<Page>;
	close: () => Promise<void>;
}

interface Playwright {
	default: {
		chromium: {
			launchPersistentContext: (folder: string, options: object) => Promise<BrowserContext>;
		};
	};
}

/** The Chromium of this machine, or undefined when it has none. */
export function findChromium(): string | undefined {
	try {
		return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
	} catch {
		return undefined;
	}
}

interface BrowserOptions {
	executablePath: string;
	/** The profile goes in here. */
	folder: string;
}

/** A browser with an empty profile. */
async function openBrowser({ executablePath, folder }: BrowserOptions): Promise<BrowserContext> {
	const playwright = await loadDouble<Playwright>('playwright-core/index.js');

	return playwright.default.chromium.launchPersistentContext(join(folder, 'browser'), {
		executablePath,
		viewport: { width: 1600, height: 900 },
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

interface OpenedPage {
	page: Page;
	close: () => Promise<void>;
}

/** A page of a browser that nobody is signed in with. */
export async function openPage(options: BrowserOptions): Promise<OpenedPage> {
	const context = await openBrowser(options);

	return { page: await context.newPage(), close: () => context.close() };
}

/** A browser with an empty profile, signed in at n8n. */
export async function openEditor({
	baseUrl,
	cookie,
	...options
}: BrowserOptions & { baseUrl: string; cookie: string }): Promise<OpenedPage> {
	const context = await openBrowser(options);
	const [name = '', value = ''] = cookie.split('=');
	await context.addCookies([{ name, value, url: baseUrl }]);

	return { page: await context.newPage(), close: () => context.close() };
}
