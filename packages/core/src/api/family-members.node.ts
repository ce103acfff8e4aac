import { NotFoundError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { FileSource } from '../io/file-source.node.ts'

/** Files that a family may have. */
const MOST_MEMBERS = 1 << 16

/** Whether the names of a family's members can be made of a text: one with a number as C's printf has it. */
export function isFamilyPattern(pattern: string): boolean {
  return memberName(pattern, 0) !== memberName(pattern, 1)
}

/** The name of a member by its number, from 0: C's printf for a pattern with one integer. */
export function memberName(pattern: string, number: number): string {
  return pattern.replace(/%(%|([-0]?)(\d{0,3})l*([diuxXo]))/g, (whole, kind, flag, width, letter) => {
    if (kind === '%') return '%'
    if (letter === undefined) return whole
    const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10
    const digits = letter === 'X' ? number.toString(radix).toUpperCase() : number.toString(radix)
    return flag === '-' ? digits.padEnd(Number(width)) : digits.padStart(Number(width), flag === '0' ? '0' : ' ')
  })
}

/**
 * Opens the members of a family, up to the first number that there is no file of.
 *
 * @param visit called with the name of each
 * @throws NotFoundError where there is not even the first one
 */
export function openFamilyMembers(pattern: string, visit: (name: string) => void = () => {}): ByteSource[] {
  const members: ByteSource[] = []
  try {
    for (let i = 0; i < MOST_MEMBERS; i++) {
      const name = memberName(pattern, i)
      members.push(new FileSource(name))
      visit(name)
    }
  } catch (error) {
    if (error instanceof NotFoundError && members.length > 0) return members
    for (const member of members) member.close?.()
    throw error
  }
  return members
}
