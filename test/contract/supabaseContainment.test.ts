import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentEndsContract } from './containmentEndsContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';
import { pruneContract } from './pruneContract.ts';

containmentContract('supabase-js', openSupabaseDoubleDatabase);
containmentEndsContract('supabase-js', openSupabaseDoubleDatabase);
pruneContract('supabase-js', openSupabaseDoubleDatabase);

containmentPolicyContract('supabase-js', openSupabaseDoubleDatabase);
