import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { activityContract } from './activityContract.ts';

activityContract('supabase-js', openSupabaseDoubleDatabase);
