export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Area of a polygon, positive when its corners run counter-clockwise. */
export function area(corners: readonly Point[]): number {
  return corners.reduce((sum, { x, y }, index) => {
    const next = corners[(index + 1) % corners.length] ?? { x, y };
    return sum + (x * next.y - next.x * y) / 2;
  }, 0);
}
