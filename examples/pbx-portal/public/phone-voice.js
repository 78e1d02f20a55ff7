// Reads a script aloud, sentence by sentence, with a voice of its language where the browser has one.

const RATE = 0.9;

/** `onSentence(index)` as each begins, `onEnd()` once, also where it was stopped or the browser has no voice. */
export function speak(sentences, locale, onSentence, onEnd) {
  hush();
  const voice = voiceFor(locale);
  let left = sentences.length;
  sentences.forEach((sentence, index) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = locale;
    utterance.rate = RATE;
    if (voice) utterance.voice = voice;
    utterance.onstart = () => onSentence(index);
    utterance.onend = utterance.onerror = () => {
      left -= 1;
      if (left > 0) return;
      onSentence(-1);
      onEnd();
    };
    speechSynthesis.speak(utterance);
  });
}

export const hush = () => speechSynthesis.cancel();

function voiceFor(locale) {
  const voices = speechSynthesis.getVoices();
  const language = locale.split('-')[0];
  return voices.find(({ lang }) => lang.replace('_', '-') === locale) ?? voices.find(({ lang }) => lang.startsWith(language));
}
