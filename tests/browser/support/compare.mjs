// Whether a screen still looks as on its reference. Where both were drawn by the same tools: place by place. Where the browser is
// another, text lies a pixel beside: by what is left when none can be read, and by colours. Where the fonts are others, lines break
// elsewhere: by colours alone.
import pixelmatch from "pixelmatch";
import sharp from "sharp";

/** Of each colour 64 steps are kept: nobody sees it, and the files are a fifth smaller. */
const KEPT = Array.from({ length: 256 }, (_, value) => Math.round((Math.round((value * 63) / 255) * 255) / 63));
/** How far a place may be off, of 1. */
const OFF = 0.01;
/** So many pixels each way become one for the rough look; how far those may be off, of 1, and a size, in pixels. */
const ROUGH = { pixels: 12, off: 0.08, size: 3 };
/** Colours count that have so large a part of a picture in rows of so many pixels: areas and frames, and the insides of letters. */
const COUNT = [{ row: 12, least: 0.0005 }, { row: 1, least: 0.003 }];
/** By which part of itself such a part may be more or less. */
const MORE_OR_LESS = 0.4;

const raw = (image) => image.removeAlpha().raw().toBuffer({ resolveWithObject: true });

/** The pixels of a picture, as they are kept. */
export async function pixels(png) {
  const { data, info } = await raw(sharp(png));
  return { data: data.map((value) => KEPT[value]), info };
}

/** A file of these pixels, without loss. */
export const packed = ({ data, info }) => sharp(data, { raw: info }).webp({ lossless: true, effort: 6 }).toBuffer();

/** Undefined where a picture is like its reference; else in `what` it is not, and where there is one a picture of the difference. */
export async function differs(reference, now, closeness) {
  return WAYS[closeness](await raw(sharp(reference)), now);
}

const WAYS = {
  exactly: async (before, now) => sizes(before.info, now.info, 0) ?? places(before, now, { threshold: OFF }),
  async roughly(before, now) {
    const [width, height] = [before.info.width, before.info.height].map((length) => Math.ceil(length / ROUGH.pixels));
    const small = ({ data, info }) => raw(sharp(data, { raw: info }).resize(width, height, { fit: "fill", kernel: "linear" }));
    const [had, has] = await Promise.all([before, now].map(small));
    const off = sizes(before.info, now.info, ROUGH.size) ?? colours(before, now);
    return off ?? places(had, has, { threshold: ROUGH.off, includeAA: true });
  },
  colours: async (before, now) => colours(before, now),
};

function sizes(before, now, most) {
  const off = Math.max(Math.abs(before.width - now.width), Math.abs(before.height - now.height));
  return off > most ? { what: `it is ${now.width} × ${now.height} px, and was ${before.width} × ${before.height} px` } : undefined;
}

async function places(before, now, options) {
  if (before.data.equals(now.data)) return undefined;
  const { width, height } = before.info;
  const marked = Buffer.alloc(width * height * 4);
  const opaque = ({ data, info }) => sharp(data, { raw: info }).ensureAlpha().raw().toBuffer();
  const count = pixelmatch(...(await Promise.all([before, now].map(opaque))), marked, width, height, options);
  if (count === 0) return undefined;
  const difference = await sharp(marked, { raw: { width, height, channels: 4 } }).png().toBuffer();
  return { what: `${count} of ${width * height} places are others`, difference };
}

function colours(before, now) {
  const other = COUNT.flatMap(({ row, least }) => {
    const [had, has] = [before, now].map((picture) => shares(picture, row));
    return [...new Set([...had.keys(), ...has.keys()])].map((colour) => ({ colour, was: had.get(colour) ?? 0, is: has.get(colour) ?? 0 }))
      .filter(({ was, is }) => Math.max(was, is) >= least && Math.abs(was - is) > Math.max(was, is) * MORE_OR_LESS);
  });
  if (other.length === 0) return undefined;
  const percent = (part) => `${(part * 100).toFixed(2)} %`;
  return { what: other.map(({ colour, was, is }) => `${percent(is)} of it is rgb(${colour}), and was ${percent(was)}`).join("; ") };
}

/** Which part of the picture each colour has, in rows of at least so many pixels. */
function shares({ data, info }, row) {
  const counts = new Map();
  for (let at = 0, length = 0; at < data.length; at += 3) {
    const colour = data.readUIntBE(at, 3);
    length += 1;
    const ends = (at / 3 + 1) % info.width === 0 || data.readUIntBE(at + 3, 3) !== colour;
    if (!ends) continue;
    if (length >= row) counts.set(colour, (counts.get(colour) ?? 0) + length);
    length = 0;
  }
  const named = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255].join(" ");
  return new Map([...counts].map(([colour, count]) => [named(colour), (count * 3) / data.length]));
}
