import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';

containmentContract('supabase-js', openSupabaseDoubleDatabase);

containmentPolicyContract('supabase-js', openSupabaseDoubleDatabase);
