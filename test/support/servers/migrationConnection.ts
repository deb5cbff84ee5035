import type { PGlite } from '@electric-sql/pglite';
import type { MigrationConnection } from '../../../anomaly-service/src/adapters/migrations.ts';

export function migrationConnection(db: PGlite): MigrationConnection {
	return {
		async run(sql) {
			await db.exec(sql);
		},
		rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
	};
}
