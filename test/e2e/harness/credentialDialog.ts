import { byTestId } from './editorSteps.ts';
import type { Page } from './openEditor.ts';

export interface CredentialDialog {
	/** Chooses "Create new credential" in the node whose parameters are open. */
	create: () => Promise<void>;
	/** Opens the chosen credential of that node again; n8n tests it then. */
	reopen: () => Promise<void>;
	/** Fills in the fields and saves; returns what n8n's test of the credential said. */
	save: (fields: Record<string, string>) => Promise<{ status: string; message: string }>;
	showsSuccess: () => Promise<void>;
	showsFailure: () => Promise<void>;
	/** n8n closes the dialog by itself once the test passes. */
	isClosed: () => Promise<void>;
	close: () => Promise<void>;
	/** Address of the page that explains the credential. */
	docsUrl: () => Promise<string | null>;
}

export function credentialDialog(page: Page): CredentialDialog {
	const dialog = page.locator(byTestId('editCredential-modal'));
	const part = (id: string) => dialog.locator(byTestId(id));
	const node = page.locator(byTestId('ndv'));

	return {
		create: async () => {
			await node.locator(byTestId('node-credentials-select')).click();
			await page.locator(byTestId('node-credentials-select-item-new')).click();
			await dialog.waitFor();
		},
		reopen: async () => {
			await node.locator(byTestId('credential-edit-button')).click();
			await dialog.waitFor();
		},
		save: async (fields) => {
			for (const [name, value] of Object.entries(fields)) {
				await part(`parameter-input-${name}`).locator('input').fill(value);
			}
			const tested = page.waitForResponse((response) =>
				response.url().endsWith('/credentials/test'),
			);
			await part('credential-save-button').click();
			return parseTest(await (await tested).json());
		},
		showsSuccess: () => part('credentials-config-container-test-success').waitFor(),
		showsFailure: () => dialog.locator('text=Couldn’t connect with these settings').waitFor(),
		isClosed: () => dialog.waitFor({ state: 'hidden' }),
		close: async () => {
			await dialog.locator('button[aria-label*="lose"]').click();
			await dialog.waitFor({ state: 'hidden' });
		},
		docsUrl: () => dialog.locator('a:has-text("docs")').getAttribute('href'),
	};
}

function parseTest(body: unknown): { status: string; message: string } {
	const { data } = body as { data: { status: string; message: string } };

	return data;
}
