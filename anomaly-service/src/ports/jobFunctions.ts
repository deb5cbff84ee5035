/** Background work that one replica at a time does (supabase/migrations/…_claim_job.sql). */
export type JobFunctions = {
	claim_job: {
		/** `holder` names one process; `now` is an ISO 8601 instant. */
		args: { name: string; holder: string; now: string; leaseMs: number };
		result: { claimed: boolean };
	};
};
