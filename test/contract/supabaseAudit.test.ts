import { openQueryableSupabaseDouble } from '../support/servers/supabaseDouble.ts';
import { auditContract } from './auditContract.ts';

auditContract('supabase-js', openQueryableSupabaseDouble);
