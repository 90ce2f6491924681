/** Drawing lines over time with uPlot, which comes with the first chart that is shown. */
import type uPlot from 'uplot';

export interface Line {
  label: string;
  /** One for each time; null where nothing is known. */
  values: readonly (number | null)[];
}

export interface Drawn {
  setData: (times: readonly number[], lines: readonly Line[]) => void;
  destroy: () => void;
}

export interface Frame {
  /** Where it is drawn; as wide as this is. */
  host: HTMLElement;
  /** An element for each line, whose colour the line has. */
  swatches: () => readonly HTMLElement[];
  height: number;
  /** How many seconds it shows at most, to the last time. */
  span: number;
  /** What the top of the chart stands for; null: a bit more than the largest value. */
  most: number | null;
  /** Called with the place among the times that is pointed at, null when none is. */
  onpoint: (index: number | null) => void;
}

const FILL_PERCENT = 14;
const LEAST_TOP = 1024;
/** A line that has just begun is not squeezed into the edge. */
const LEAST_SPAN = 20;

/** Draw a chart. It follows the width of its place. */
export async function drawChart(frame: Frame, count: number): Promise<Drawn> {
  const [{ default: Plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  const plot = new Plot(
    optionsOf(frame, count),
    [[], ...Array.from({ length: count }, () => [])],
    frame.host,
  );
  const observer = new ResizeObserver(() =>
    plot.setSize({ width: frame.host.clientWidth, height: frame.height }),
  );
  observer.observe(frame.host);
  return {
    setData: (times, lines) => plot.setData([[...times], ...lines.map(({ values }) => [...values])]),
    destroy: () => {
      observer.disconnect();
      plot.destroy();
    },
  };
}

function optionsOf({ host, swatches, height, span, most, onpoint }: Frame, count: number): uPlot.Options {
  const colour = (index: number) => getComputedStyle(swatches()[index] ?? host).color;
  const series = Array.from({ length: count }, (_, index): uPlot.Series => ({
    stroke: () => colour(index),
    width: 1.5,
    points: { show: false },
    // Two lines over each other are told apart better without.
    ...(count === 1
      ? { fill: () => `color-mix(in srgb, ${colour(index)} ${FILL_PERCENT}%, transparent)` }
      : {}),
  }));
  return {
    width: host.clientWidth,
    height,
    padding: [2, 0, 1, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: {
        time: false,
        range: (_, first, last) => [last - Math.min(Math.max(last - first, LEAST_SPAN), span), last],
      },
      y: { range: (_, __, largest) => [0, most ?? Math.max(largest * 1.15, LEAST_TOP)] },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, ...series],
    hooks: { setCursor: [({ cursor }) => onpoint(cursor.idx ?? null)] },
  };
}
