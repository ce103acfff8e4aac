import type { Datatype } from '@h5kit/core'

/** Whether there are times in elements of a type: the reference has no type in memory for those, and then says nothing. */
export function holdsTime(type: Datatype): boolean {
  switch (type.class) {
    case 'time':
      return true
    case 'compound':
      return type.members.some((member) => holdsTime(member.type))
    case 'array':
    case 'variable-length':
      return holdsTime(type.base)
    default:
      return false
  }
}
