// What the telephone at a door can do for a page: its camera, a sound, a jolt.

const SAME_AGAIN_MS = 4000; // the code that is still before the camera
const LOOK_EVERY_MS = 150;

// ---- sound ----

let audio = null;

const tunes = {
  good: [[880, 0, 0.1], [1320, 0.1, 0.15]],
  warn: [[440, 0, 0.12], [440, 0.2, 0.12]],
  bad: [[180, 0, 0.25], [140, 0.25, 0.35]],
};

function beep(frequency, start, length) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = 'square';
  tone.frequency.value = frequency;
  volume.gain.value = 0.15;
  tone.connect(volume).connect(audio.destination);
  tone.start(audio.currentTime + start);
  tone.stop(audio.currentTime + start + length);
}

// What the page says by colour, sign and word, for ears and hands.
export function signal(tone) {
  if (navigator.vibrate) navigator.vibrate(tone === 'good' ? 80 : [200, 80, 200]);
  audio ??= window.AudioContext ? new AudioContext() : null;
  if (audio) for (const [f, start, length] of tunes[tone] ?? []) beep(f, start, length);
}

// ---- camera ----

// A function that finds the text of a QR code in a video's picture, or null.
async function makeDetector() {
  const formats = await window.BarcodeDetector?.getSupportedFormats() ?? [];
  if (formats.includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { default: decode } = await import('./qr-decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    const { data, width, height } =
      context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decode({ data, width, height });
    } catch {
      return null; // no code in this picture
    }
  };
}

// A video element that calls onCode with each code it sees, once.
export async function openCamera(onCode) {
  const stream = await navigator.mediaDevices.getUserMedia(
    { video: { facingMode: 'environment', width: { ideal: 1280 } } });
  const detect = await makeDetector();
  const video = document.createElement('video');
  let last = '', lastAt = 0;

  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  const look = async () => {
    if (!stream.active) return;
    const code = video.readyState >= 2 ? await detect(video) : null;
    if (code && (code !== last || Date.now() - lastAt > SAME_AGAIN_MS)) {
      last = code;
      onCode(code);
    }
    if (code) lastAt = Date.now();
    setTimeout(look, LOOK_EVERY_MS);
  };
  look();
  video.close = () => {
    for (const track of stream.getTracks()) track.stop();
    video.remove();
  };
  return video;
}

// Add the camera's button to a form's actions, where there is a camera.
export function offerCamera(actions, getPlace, onCode) {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  const button = document.createElement('button');
  const camera = { video: null, button };

  button.type = 'button';
  button.className = 'button quiet';
  button.textContent = 'Use the camera';
  button.addEventListener('click', async () => {
    if (camera.video) {
      camera.video.close();
      camera.video = null;
      button.textContent = 'Use the camera';
      return;
    }
    try {
      camera.video = await openCamera(onCode);
      getPlace().prepend(camera.video);
      button.textContent = 'Stop the camera';
    } catch (error) {
      button.textContent = `No camera: ${error.message}`;
    }
  });
  actions.append(button);
  return camera;
}
