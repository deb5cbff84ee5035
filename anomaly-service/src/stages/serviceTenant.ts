/** Stands for the service itself where a tenant is named: in its own alerts, and for what its embedder uses. */
export const SERVICE_TENANT = 'llm-fuse';
