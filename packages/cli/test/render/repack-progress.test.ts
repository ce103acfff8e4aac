import test from 'ava'
import { RepackProgress } from '../../src/render/repack-progress.ts'

test('what else is said does not stand behind the line of progress, which is gone at the end', (t) => {
  const said: string[] = []
  const { write } = process.stderr
  const { uptime } = process
  process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
  try {
    let time = 0
    process.uptime = () => time / 1000
    const progress = new RepackProgress()
    const tell = (text: string) => void said.push(text)
    const news = progress.between({ say: tell, warn: tell })
    progress.expect(4e6)
    news.warn('early')
    time = 2_000
    news.done(2e6)
    news.warn('late')
    news.warn('later')
    time = 3_000
    news.done(1e6)
    progress.end()
    progress.end()
  } finally {
    process.stderr.write = write
    process.uptime = uptime
  }
  const clear = '\r\u001b[K'
  t.deepEqual(said, [
    'early',
    `${clear}2 of 4 MB, 1 MB/s, 2 s left`,
    clear,
    'late',
    'later',
    `${clear}3 of 4 MB, 1 MB/s, 1 s left`,
    clear,
  ])
})
