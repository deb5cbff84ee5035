/** `-2024-08-06`, `-20251001`, `@20240229` or `-latest`. usage_sums knows it too. */
const SNAPSHOT = /(?:-20\d\d-\d\d-\d\d|-20\d{6}|@[a-z0-9-]+|-latest)$/;

/**
 * The name a model is counted under: callers ask for `gpt-4o` and `gpt-4o-2024-08-06` answers, and vendors count every
 * snapshot of a model together.
 */
export function undatedModel(model: string): string {
	return model.trim().toLowerCase().replace(SNAPSHOT, '');
}
