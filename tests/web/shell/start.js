// Starts the game. The page's query is the game's command line, such as ?--headless&--&--file=test_push.gd, and how the game ends is printed
// for the driver.
const config = JSON.parse(document.getElementById('config').textContent);
config.args = location.search
	.slice(1)
	.split('&')
	.filter((part) => part !== '')
	.flatMap((part) => part.split('=', 2))
	.map((text) => decodeURIComponent(text.replaceAll('+', ' ')));
config.onExit = (status) => console.log(`[page] exit ${status}`);
new Engine(config).startGame().catch((error) => {
	console.error(`ERROR: the engine does not start: ${error.message ?? error}`);
	console.log('[page] exit 1');
});
