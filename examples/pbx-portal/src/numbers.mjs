// Telephone numbers as Belgians type them, to the international form (E.164) that the portal keeps.

/** The international form, or null where it cannot be a number of that kind. `kind` is `mobile` or `landline`. */
export function numberFromTyped(typed, kind) {
  const text = typed.trim().replace('(0)', '');
  if (!/^\+?[\d\s./()-]+$/.test(text)) return null;
  const digits = text.replace(/\D/g, '');
  const number = text.startsWith('+') ? `+${digits}`
    : digits.startsWith('00') ? `+${digits.slice(2)}`
      : `+32${digits.replace(/^0/, '')}`;
  return isNumber(number, kind) ? number : null;
}

/** `+32470123401` as `+32 470 12 34 01`; numbers of other countries as they are. */
export function readable(number) {
  return number
    .replace(/^\+32(4\d\d)(\d\d)(\d\d)(\d\d)$/, '+32 $1 $2 $3 $4')
    .replace(/^\+32([2349])(\d{3})(\d\d)(\d\d)$/, '+32 $1 $2 $3 $4')
    .replace(/^\+32(\d\d)(\d\d)(\d\d)(\d\d)$/, '+32 $1 $2 $3 $4');
}

function isNumber(number, kind) {
  if (!number.startsWith('+32')) return /^\+[1-9]\d{6,14}$/.test(number);
  return kind === 'mobile' ? /^\+324[5-9]\d{7}$/.test(number) : /^\+32[1-9]\d{7}$/.test(number);
}
