/** The constants of a fractal heap's doubling table (III.G). */
export interface TableShape {
  /** Blocks in a row. */
  tableWidth: number
  startingBlockSize: number
  maxDirectBlockSize: number
}

/**
 * How a fractal heap's offsets are divided into blocks: two rows of blocks of the starting size, then rows of blocks
 * twice as large as those before. Blocks above the largest direct size are indirect ones, with such a table in each.
 */
export class DoublingTable {
  readonly width: number
  /** Rows of direct blocks in each table. */
  readonly directRows: number
  readonly #start: number
  readonly #overhead: number
  /** By the number of rows, as far as they were asked for: each is that of many tables in the rows behind. */
  readonly #rooms = [0]

  /** @param overhead bytes of a direct block that no object can use */
  constructor({ tableWidth, startingBlockSize, maxDirectBlockSize }: TableShape, overhead: number) {
    this.width = tableWidth
    this.directRows = Math.log2(maxDirectBlockSize) - Math.log2(startingBlockSize) + 2
    this.#start = startingBlockSize
    this.#overhead = overhead
  }

  /** Size of each block in a row. */
  blockSize(row: number): number {
    return row === 0 ? this.#start : this.#start * 2 ** (row - 1)
  }

  /** Offset of a row in its table. */
  rowOffset(row: number): number {
    return row === 0 ? 0 : this.#start * this.width * 2 ** (row - 1)
  }

  /** Rows that the table of an indirect block in a row has. */
  rowsBelow(row: number): number {
    return Math.log2(this.blockSize(row)) - Math.log2(this.#start * this.width) + 1
  }

  /** Bytes for objects in the direct blocks of the first rows, whether these exist yet or not. */
  room(rows: number): number {
    const rooms = this.#rooms
    for (let row = rooms.length - 1; row < rows; row++) {
      const each = row < this.directRows ? this.blockSize(row) - this.#overhead : this.room(this.rowsBelow(row))
      rooms.push(rooms[row] + this.width * each)
    }
    return rooms[Math.max(0, rows)]
  }
}
