// The ring tone: 425 Hz, one second of every four, as Belgian exchanges do; soft, and only after a click allowed it.

const FREQUENCY_HZ = 425;
const VOLUME = 0.08;
const EVERY_MS = 4_000;

export function createRing(button) {
  let audio = null;
  let timer = null;

  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    audio ??= new AudioContext();
    if (on) audio.resume();
    else audio.suspend();
    button.setAttribute('aria-pressed', String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  });

  const tone = () => {
    if (audio?.state !== 'running') return;
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    const at = audio.currentTime;
    oscillator.frequency.value = FREQUENCY_HZ;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(VOLUME, at + 0.08);
    gain.gain.setValueAtTime(VOLUME, at + 0.92);
    gain.gain.linearRampToValueAtTime(0, at + 1);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + 1);
  };

  const stop = () => {
    clearInterval(timer);
    timer = null;
  };

  return {
    start() {
      stop();
      tone();
      timer = setInterval(tone, EVERY_MS);
    },
    stop,
  };
}
