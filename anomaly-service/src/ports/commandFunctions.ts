import type { IdKind } from '../../../core/commands/command.ts';
import type { Reply } from '../../../core/commands/reply.ts';

/** ISO 8601 instant. */
type Instant = string;

/** What a command is answered, whoever asks again. */
export type CommandReply = { reply: Reply; notice: string };

/** Who ordered what, and what became of it. */
export type CommandAudit = {
	/** `telegram:5550123` */
	actor: string;
	event: string;
	tenantId: string | null;
	incidentId: string | null;
	/** The action or alert it was about, else the command's own id. */
	subjectId: string;
	detail: Record<string, unknown>;
};

/** The SQL functions of commands; the files of supabase/migrations say more. */
export type CommandFunctions = {
	begin_command: {
		args: { scope: string; id: string; leaseMs: number; now: Instant };
		result: { outcome: 'started' | 'running' } | { outcome: 'answered'; answer: CommandReply };
	};
	finish_command: {
		args: {
			scope: string;
			id: string;
			answer: CommandReply | null;
			audit: CommandAudit | null;
			now: Instant;
		};
		result: { finished: boolean };
	};
	audit_command: { args: { audit: CommandAudit; now: Instant }; result: { audited: true } };
	ids_like: {
		args: { start: string; kinds: readonly IdKind[]; tenantId: string | null; limit: number };
		result: { id: string; tenantId: string }[];
	};
	prune_commands: { args: { now: Instant }; result: { removed: number } };
};
