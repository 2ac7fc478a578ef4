/** Words beside points, in a figure whose layout has `meta.sparse`: one that would lie over another is left to the pointer. */

/** Pixels between two words. */
const APART = 1;

/** Hide the words without room: those in bold are written first, the others in their order. @param {HTMLElement} plot */
export function thinOut(plot) {
  if (!plot.layout?.meta?.sparse) return;
  const words = [...plot.querySelectorAll(".scatterlayer .text text")].map((node) => ({ node, box: node.getBoundingClientRect() }));
  const isBold = ({ node }) => Boolean(node.querySelector('[style*="bold"]'));
  const written = [];
  for (const { node, box } of [...words.filter(isBold), ...words.filter((word) => !isBold(word))]) {
    const hasRoom = !box.width || written.every((other) => areApart(box, other));
    node.style.visibility = hasRoom ? "" : "hidden";
    if (box.width && hasRoom) written.push(box);
  }
}

function areApart(one, other) {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return across < -APART || down < -APART;
}
