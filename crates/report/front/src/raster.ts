// An SVG as PNG with two pixels for one, drawn by the browser from a blob. The policy allows no other source.

const SCALE = 2;
const LONGEST_SIDE = 16_000;

/** The pixels, or an error where the browser cannot draw them. */
export async function pngOf(picture: SVGSVGElement): Promise<Blob> {
  const [width, height] = [Number(picture.getAttribute("width")), Number(picture.getAttribute("height"))];
  const scale = Math.min(SCALE, LONGEST_SIDE / Math.max(width, height));
  const address = URL.createObjectURL(new Blob([markupOf(picture)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The picture as a document of its own. */
export function markupOf(picture: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(picture);
}
