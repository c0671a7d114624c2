// Starts the game, and prints for the driver how it ends. The page's query is the game's command line, such as
// ?--headless&--&--file=test_push.gd; the engine gets the part before --, because it crashes at its start with a long command line, and the
// game reads the rest from the query.
const config = JSON.parse(document.getElementById('config').textContent);
const parts = location.search.slice(1).split('&');
config.args = parts.slice(0, Math.max(parts.indexOf('--'), 0));
config.onExit = (status) => console.log(`[page] exit ${status}`);
new Engine(config).startGame().catch((error) => {
	console.error(`ERROR: the engine does not start: ${error.message ?? error}`);
	console.log('[page] exit 1');
});
