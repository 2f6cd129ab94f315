// Prints the conformance table:  node scripts/chain/spec-table.mjs REPORT SPEC-MAP
//
// The report has a line for each case that ran (case, rule, EntryPoint, pass or FAIL, name), or for each rule that was
// taken away (without, rule, cases that noticed, cases, the first of them). Rules without cases have unit tests.
import { readFileSync } from 'node:fs'

const [report, map] = process.argv.slice(2)
const versions = ['V06', 'V07', 'V08', 'V09']
const lines = readFileSync(report, 'utf8').trim().split('\n').map((line) => line.split('\t'))
const rules = readFileSync(map, 'utf8').split('\n').filter((line) => /^\| [A-Z]+-\d+ \|/.test(line)).map((line) => {
  const cells = line.split('|').map((cell) => cell.trim())
  return { rule: cells[1], tests: [...cells[4].matchAll(/\[(\w+)\]/g)].map(([, name]) => name) }
})
const print = (cells, widths) => console.log(cells.map((cell, i) => String(cell).padEnd(widths[i])).join(' ').trimEnd())

function conformance(cases) {
  const widths = [9, 6, 6, 6, 6]
  print(['rule', 'v0.6', 'v0.7', 'v0.8', 'v0.9', 'result'], widths)
  for (const { rule, tests } of rules) {
    const own = cases.filter(([, id]) => id === rule)
    const failed = own.filter(([, , , result]) => result !== 'pass').length
    const result = own.length === 0 ? `unit tests ${tests.join(', ')}` : failed === 0 ? 'pass' : `${failed} FAILED`
    print([rule, ...versions.map((version) => own.filter(([, , at]) => at === version).length || '-'), result], widths)
  }
  const passed = cases.filter(([, , , result]) => result === 'pass').length
  console.log(`${passed} of ${cases.length} cases passed, ${new Set(cases.map(([, id]) => id)).size} rules on the chain`)
}

function guards(taken) {
  const widths = [9, 7, 5]
  print(['without', 'noticed', 'of', 'the first that noticed'], widths)
  taken.forEach(([, rule, noticed, of, first]) => print([rule, noticed, of, first], widths))
  console.log(`${taken.filter(([, , noticed]) => noticed !== '0').length} of ${taken.length} rules are guarded`)
}

const cases = lines.filter(([kind]) => kind === 'case')
const taken = lines.filter(([kind]) => kind === 'without')
if (cases.length > 0) {
  conformance(cases)
}
if (cases.length === 0 && taken.length > 0) {
  guards(taken)
}
