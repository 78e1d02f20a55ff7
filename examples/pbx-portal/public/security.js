// The method manager is done: back to work. (Leaving it alone is fine too; nothing waits for it.)
addEventListener('pbx-2fa:verified', () => location.assign('/extensions'));
