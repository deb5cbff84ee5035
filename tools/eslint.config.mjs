/** Plain scripts that run before anything is installed: nothing to check types of. */
export default [{ ignores: ['**/node_modules/**'] }];
