import { textAt, type JsonRecord } from '../reading.ts';
import { awsTags } from './awsLineIdentity.ts';

/**
 * Whose a line is: the resource tag `tag`, with or without the prefix and the spelling that AWS gives it on the bill
 * (`Tenant-Id` is `user_tenant_id` there), else the field of that name: `account_sid`, or one the caller has added.
 */
export function lineTenant(line: JsonRecord, tag: string): string | undefined {
	const tags = awsTags(line);
	const spelled = tag.toLowerCase().replace(/[^a-z0-9]/g, '_');
	const names = [tag, spelled].flatMap((name) => [name, `user:${name}`, `user_${name}`]);
	for (const name of names) {
		const value = textAt(tags, name) ?? textAt(line, `resource_tags_${name}`);
		if (value !== undefined) return value;
	}
	return textAt(line, tag);
}
